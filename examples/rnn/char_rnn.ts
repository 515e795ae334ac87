/**
 * The chapter's character network learns to write like Shakespeare, half a minute.
 *
 * 128 hidden units, windows of 25 characters, a step of gradient descent after each. Expect a smoothed
 * loss of about 2.1 nats a character after 40,000 windows, from 4.2 for guessing, and text with
 * the shape of a play: names in capitals, lines, words of which some exist. `--full` trains for five
 * minutes. The network is saved, and the loss drawn.
 *
 * `deno task example rnn/char_rnn [--full] [--check] [--text file] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-net=raw.githubusercontent.com
 */
import { loadTinyShakespeare, selfCorpus } from "@neurite/datasets";
import { lineChart } from "@neurite/plot";
import { CharRNN } from "@neurite/rnn";
import { startBackend } from "../common/backend.ts";
import { realOr } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example rnn/char_rnn",
  description: "Trains a recurrent network on Shakespeare's plays, and lets it write.",
  check: "20,000 windows; fail above 2.5 nats a character",
  full: "train for five minutes; with --check, fail above 2.0 nats",
})
  .option("--text <file>", "a text of your own")
  .option("--data <dir>", "a folder with the text of the plays");
const options = readOptions<ExampleOptions & { text?: string; data?: string }>(program);
await startBackend(program, options);
const { full, check, out, seed } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));

const { name, data: corpus } = options.text === undefined
  ? await realOr(
    "Tiny Shakespeare",
    () => loadTinyShakespeare({ dir: options.data }),
    "Sentences about neural networks",
    selfCorpus,
  )
  : {
    name: options.text,
    data: await Deno.readTextFile(options.text)
      .catch((error: Error) => program.error(`error: ${error.message}`)),
  };
const rnn = (() => {
  try {
    return new CharRNN(corpus, { seed });
  } catch (error) {
    return program.error(`error: ${(error as Error).message}`);
  }
})();
const first = corpus.includes("\n") ? "\n" : [...corpus][0];
console.log(`${name}: ${corpus.length} characters, ${rnn.symbols} different ones`);

const windows = check && !full ? 20_000 : full ? Infinity : 40_000, seconds = full ? 300 : Infinity;
const interrupted = untilInterrupted(), done = new AbortController();
const curve: { windows: number[]; nats: number[] } = {
  windows: [0],
  nats: [Math.log(rnn.symbols)],
};
const perCharacter = () => rnn.smoothedLoss / rnn.seqLength;
const start = performance.now();
let count = 0;
await rnn.fit({
  signal: AbortSignal.any([interrupted, done.signal]),
  onIteration({ epoch }) {
    const time = (performance.now() - start) / 1000;
    if (++count % 1000 === 0) {
      curve.windows.push(count);
      curve.nats.push(perCharacter());
    }
    if (count % (full ? 100_000 : 10_000) === 0) {
      console.log(
        `\nepoch ${epoch}, ${count} windows, ${time.toFixed(0)} s: ` +
          `${perCharacter().toFixed(3)} nats a character\n${rnn.sample(first, 150)}`,
      );
    }
    if (count >= windows || time > seconds) done.abort();
  },
});

console.log(`\nAfter ${count} windows, with temperature 0.7, as it is written:\n`);
const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
let written = "";
for await (const character of rnn.stream(first, 600, { temperature: 0.7 })) {
  write(character);
  written += character;
}
await rnn.save(`${out}/char_rnn.safetensors`);
await lineChart({
  title: `CharRNN on ${name}`,
  x: { label: "windows of 25 characters" },
  y: { label: "smoothed loss (nats a character)" },
  series: [{ x: curve.windows, y: curve.nats }],
}).save(`${out}/char_rnn.svg`);
const nats = perCharacter(), limit = full ? 2 : 2.5;
console.log(
  `\n\n${
    nats.toFixed(3)
  } nats a character, ${elapsed()}; in ${out}/: char_rnn.safetensors, char_rnn.svg`,
);
const plays = name === "Tiny Shakespeare";
finish(options, [
  [`at most ${limit} nats a character, found ${nats.toFixed(3)}`, nats <= limit],
  ["names of speakers on lines of their own", !plays || /^[A-Z][A-Za-z ]+:$/m.test(written)],
], interrupted.aborted);
