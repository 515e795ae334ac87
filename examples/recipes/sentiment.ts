/**
 * Sentiment: sentences of different lengths, as numbers of words, padded and masked.
 *
 * The reviews are drawn by the program. Expect 99 % right that were not learnt, in three seconds.
 *
 * `deno task example recipes/sentiment [--check]`
 *
 * Permissions: none
 */
import { padSequences, trainTestSplit, Vocabulary } from "@neurite/datasets";
import { GRU } from "@neurite/lstm-gru";
import { Adam, Dense, Sequential } from "@neurite/nn";
import { Embedding } from "@neurite/rnn";
import { drawnReviews } from "../common/drawn_data.ts";

const { texts, labels } = drawnReviews(600, 1);
const { train, test } = trainTestSplit(texts, labels, { stratify: true, seed: 1 });
const vocabulary = Vocabulary.fromTexts(train.x, {
  level: "word",
  spaces: false,
  padding: "[PAD]", // Number 0, which the embedding masks.
  unknown: "[UNK]",
  maxSize: 1000,
});
const numbers = (texts: string[]) =>
  padSequences(texts.map((text) => vocabulary.encode(text)), { maxlen: 10, padding: "post" });
const model = new Sequential([
  new Embedding(vocabulary.size, 8, { maskZero: true }),
  new GRU(8),
  new Dense(1, { activation: "sigmoid" }),
], { seed: 1 });
const optimizer = new Adam({ learningRate: 0.01 });
model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
await model.fit(numbers(train.x), train.y.map((y) => [y]), { epochs: 8, verbose: 0 });
const { accuracy } = await model.evaluate(numbers(test.x), test.y.map((y) => [y]));
const [good, bad] = model.predict(numbers(["The acting was lovely!", "a dull film"])).dataSync();
console.log(`right: ${(100 * accuracy).toFixed(1)} %; ${good.toFixed(2)} and ${bad.toFixed(2)}`);
if (Deno.args.includes("--check") && !(accuracy > 0.97 && good > 0.5 && bad < 0.5)) Deno.exit(1);
