/**
 * One-to-many: one number goes in, a sequence comes out. A counter, in a few seconds.
 *
 * The network is given a digit at its first step and nothing after it: what comes out at the steps that
 * follow, it has to carry in its state. Expect it to count on from every digit, with 0 after 9.
 *
 * `deno task example rnn/one_to_many [--check] [--backend b]`
 *
 * Permissions: none
 */
import { Adam, Dense, Sequential } from "@neurite/nn";
import { SimpleRNN } from "@neurite/rnn";
import { argmax, tidy } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { rowsOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/one_to_many",
  description: "Learns to count on from a digit that is only seen once.",
  check: "fail unless it counts right from all ten digits",
  draws: false,
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);

// Symbol 10 stands for nothing. From 3 on: [3, -, -, -, -, -] to [4, 5, 6, 7, 8, 9].
const STEPS = 6, NOTHING = 10;
const starts = Array.from({ length: 10 }, (_, n) => n);
const inputs = starts.map((n) => Array.from({ length: STEPS }, (_, t) => t === 0 ? n : NOTHING));
const counts = starts.map((n) => Array.from({ length: STEPS }, (_, t) => (n + t + 1) % 10));

const model = new Sequential([
  new SimpleRNN(32, { oneHot: 11, returnSequences: true, inputShape: [STEPS] }),
  new Dense(10, { activation: "softmax" }), // at every step
], { seed: options.seed });
model.compile({
  optimizer: new Adam({ learningRate: 0.01 }),
  loss: "sparseCategoricalCrossentropy",
});
const { history } = await model.fit(inputs, counts, { epochs: 300, verbose: 0 });
console.log(`loss ${history.loss[0].toFixed(3)} -> ${history.loss.at(-1)!.toFixed(3)}`);

const found = await rowsOf(tidy(() => argmax(model.predict(inputs), { axis: 2 })));
found.forEach((row, n) => console.log(`${n}: ${row.join(" ")}`));
const right = found.filter((row, n) => row.join() === counts[n].join()).length;
finish(options, [[`10 sequences right, found ${right}`, right === 10]]);
