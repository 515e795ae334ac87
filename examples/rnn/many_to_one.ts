/**
 * Many-to-one: a sentence goes in, its sentiment comes out. A made-up language, in two seconds.
 *
 * Sentences have different lengths and are padded with a masked symbol. A "not" inverts what the next
 * word says, so that counting words is not enough. Expect 98 % or more of the sentences held out to be
 * right.
 *
 * `deno task example rnn/many_to_one [--check] [--backend b]`
 *
 * Permissions: none
 */
import { Adam, Dense, Sequential } from "@neurite/nn";
import { Embedding, SimpleRNN } from "@neurite/rnn";
import { Rng } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numberOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example rnn/many_to_one",
  description: "Learns whether made-up sentences praise or blame.",
  check: "fail below 95 % of sentences right that were not learnt",
  draws: false,
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const rng = new Rng(options.seed);
const one = <T>(words: readonly T[]): T => words[rng.integer(words.length)];

const PRAISE = ["good", "great", "lovely", "funny"], BLAME = ["bad", "dull", "awful", "sad"];
const OTHER = ["the", "film", "was", "and", "story", "very", "music", "scene"];
/** Word 0 stands for no word. */
const WORDS = ["", "not", ...PRAISE, ...BLAME, ...OTHER], LONGEST = 10;

/** A sentence with one opinion, perhaps turned round, among other words; 1 if it praises. */
function sentence(): { words: string[]; label: number } {
  const praise = rng.uniform() < 0.5, turned = rng.uniform() < 0.5;
  const others = () => Array.from({ length: rng.integer(5) }, () => one(OTHER));
  const opinion = [...(turned ? ["not"] : []), one(praise ? PRAISE : BLAME)];
  return { words: [...others(), ...opinion, ...others()], label: praise !== turned ? 1 : 0 };
}
const numbers = ({ words }: { words: string[] }) =>
  Array.from({ length: LONGEST }, (_, i) => WORDS.indexOf(words[i] ?? ""));

const learnt = Array.from({ length: 1000 }, sentence),
  fresh = Array.from({ length: 500 }, sentence);
const labels = (set: typeof learnt) => set.map(({ label }) => [label]);

const model = new Sequential([
  new Embedding(WORDS.length, 8, { maskZero: true, inputShape: [null] }),
  new SimpleRNN(16), // its state after the last word
  new Dense(1, { activation: "sigmoid" }),
], { seed: options.seed });
model.compile({
  optimizer: new Adam({ learningRate: 0.01 }),
  loss: "binaryCrossentropy",
  metrics: ["accuracy"],
});
await model.fit(learnt.map(numbers), labels(learnt), { epochs: 60, verbose: 0 });
const { loss, accuracy } = await model.evaluate(fresh.map(numbers), labels(fresh));
console.log(`500 other sentences: loss ${loss.toFixed(3)}, ${(100 * accuracy).toFixed(1)} % right`);

for (const text of ["the film was good", "the film was not good", "the story was not awful"]) {
  const words = text.split(" ");
  const p = await numberOf(model.predict([numbers({ words })]));
  console.log(`${text}: praise with probability ${p.toFixed(2)}`);
}
finish(options, [[`95 % right, found ${(100 * accuracy).toFixed(1)} %`, accuracy >= 0.95]]);
