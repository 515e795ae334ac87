/**
 * One-to-one: a number goes in, a number comes out. The last digit of the square, in two seconds.
 *
 * The simplest recurrent network reads a sequence of one step: nothing recurs yet, and it is a layer
 * like any other. Expect all ten digits to be right.
 *
 * `deno task example rnn/one_to_one [--check] [--backend b]`
 *
 * Permissions: none
 */
import { Adam, Dense, Sequential } from "@neurite/nn";
import { SimpleRNN } from "@neurite/rnn";
import { argmax, tidy } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numbersOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/one_to_one",
  description: "Learns the last digit of squares, each a sequence of one step.",
  check: "fail unless all ten digits are right",
  draws: false,
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);

// [10, 1]: ten sequences of one digit, and the last digit of its square.
const digits = Array.from({ length: 10 }, (_, n) => [n]);
const squares = digits.map(([n]) => n * n % 10);

const model = new Sequential([
  new SimpleRNN(16, { oneHot: 10, inputShape: [1] }), // digits are one-hot vectors
  new Dense(10, { activation: "softmax" }),
], { seed: options.seed });
model.compile({
  optimizer: new Adam({ learningRate: 0.02 }),
  loss: "sparseCategoricalCrossentropy",
});
const { history } = await model.fit(digits, squares, { epochs: 100, verbose: 0 });
console.log(`loss ${history.loss[0].toFixed(3)} -> ${history.loss.at(-1)!.toFixed(3)}`);

const found = await numbersOf(tidy(() => argmax(model.predict(digits), { axis: 1 })));
found.forEach((digit, n) => console.log(`${n} x ${n} ends with ${digit}`));
const right = found.filter((digit, n) => digit === squares[n]).length;
finish(options, [[`10 digits right, found ${right}`, right === 10]]);
