/**
 * Many-to-many: a sequence goes in, a sequence comes out. Five digits, backwards, in ten seconds.
 *
 * An encoder reads the digits; its last state is all that the decoder is given, which writes them from
 * the last to the first. Expect 95 % or more of the sequences held out to be right to the digit.
 *
 * `deno task example rnn/many_to_many [--full] [--check] [--backend b]`; `--full` takes seven digits.
 *
 * Permissions: none
 */
import { Adam, Dense, Input, Model } from "@neurite/nn";
import { SimpleRNN } from "@neurite/rnn";
import { argmax, Rng, tidy } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { elapsed, finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { rowsOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/many_to_many",
  description: "Learns to write sequences of digits backwards.",
  check: "fail below 90 % of sequences right that were not learnt",
  draws: false,
  full: "seven digits, a few minutes",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { seed, full } = options, length = full ? 7 : 5, rng = new Rng(seed);
const sequence = () => Array.from({ length }, () => rng.integer(10));
const learnt = Array.from({ length: full ? 20_000 : 4000 }, sequence);
const known = new Set(learnt.map(String));
const fresh = Array.from({ length: 500 }, sequence).filter((digits) => !known.has(String(digits)));
const backwards = (set: number[][]) => set.map((digits) => digits.toReversed());
/** What the decoder reads: nothing, at every step. */
const nothing = (set: number[][]) => set.map((digits) => digits.map(() => 0));

const digits = new Input({ shape: [null] }), blank = new Input({ shape: [null] });
const [, state] = new SimpleRNN(128, { oneHot: 10, returnState: true }).applyAll(digits);
const written = new SimpleRNN(128, { oneHot: 1, returnSequences: true }).apply([blank, state]);
const outputs = new Dense(10, { activation: "softmax" }).apply(written);
const model = new Model({ inputs: [digits, blank], outputs, seed });
model.compile({
  optimizer: new Adam({ learningRate: 0.002, clipNorm: 1 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
const { history } = await model.fit([learnt, nothing(learnt)], backwards(learnt), {
  epochs: full ? 40 : 15,
  batchSize: 32,
  verbose: 0,
});
console.log(`loss ${history.loss[0].toFixed(3)} -> ${history.loss.at(-1)!.toFixed(3)}`);

const found = tidy(() => argmax(model.predict([fresh, nothing(fresh)]), { axis: 2 }));
const rows = await rowsOf(found), wanted = backwards(fresh);
for (let i = 0; i < 5; i++) console.log(`${fresh[i].join(" ")}  ->  ${rows[i].join(" ")}`);
const share = rows.filter((row, i) => row.join() === wanted[i].join()).length / rows.length;
console.log(`${fresh.length} other sequences: ${(100 * share).toFixed(1)} % right; ${elapsed()}`);
finish(options, [[`90 % right, found ${(100 * share).toFixed(1)} %`, share >= 0.9]]);
