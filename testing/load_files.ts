/**
 * Loads files that want to hurt, one after the other, in a process of its own, and prints for each a
 * line of JSON: the milliseconds of processor time and the bytes that it took, and the error. The
 * arguments are what they are said to be, `model` or `CharRNN`, and the paths.
 */
import { cpuUsage } from "node:process";
import "@neurite/lstm-gru";
import { Dense, loadModel, Sequential } from "@neurite/nn";
import { CharRNN } from "@neurite/rnn";

const [kind, good, ...paths] = Deno.args;
const load = (path: string): Promise<unknown> =>
  kind === "CharRNN" ? CharRNN.load(path) : loadModel(path);
await load(good); // What it takes to start is not theirs.
new Sequential([new Dense(64, { inputShape: [64] })]).predict(Array(64).fill(Array(64).fill(1)));

for (const path of paths) {
  const memory = Deno.memoryUsage().rss, time = cpuUsage();
  const error = await load(path).then(() => undefined, (error) => error);
  const { user, system } = cpuUsage(time);
  console.log(JSON.stringify({
    time: (user + system) / 1000,
    memory: Deno.memoryUsage().rss - memory,
    error: error && { name: error.name, message: error.message, file: error.file },
  }));
}
