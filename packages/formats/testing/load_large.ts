/**
 * Reads one large file in a process of its own and prints how many bytes of memory that took at most. The
 * arguments: the reader, the path, and the numbers in the kernel of the one dense layer.
 */
import { loadKeras, loadTfjs, loadTorch } from "@neurite/formats";
import { Dense, Sequential } from "@neurite/nn";

/** The most memory that the process had, as Linux counts it. */
function peak(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return 1024 * Number(kilobytes);
}

const [reader, path, small, units] = Deno.args;
const model = (units: number) =>
  new Sequential([new Dense(units, { inputShape: [1024], name: "0" })]);
const readers: Record<string, (path: string, units: number) => Promise<unknown>> = {
  keras: (path) => loadKeras(path),
  tfjs: (path) => loadTfjs(path),
  torch: (path, units) => {
    const own = model(units);
    void own.weights; // Makes them: they are not the reader's.
    before = peak();
    return loadTorch(own, path);
  },
};
let before = 0;
await readers[reader](small, 1); // What it takes to start is not the file's.
before = peak();
await readers[reader](path, Number(units));
console.log(peak() - before);
