/**
 * Threads that decode images while this one trains. Each is a worker of Node's, which Deno and Bun have, too,
 * with `load_image.ts` in it. Where there can be none, as in a page, in a bundle, or where Deno may not read
 * the module, images are decoded on this thread, with the same result.
 */
import { DataError } from "@neurite/tensor";
import { builtin } from "@neurite/tensor/files";
import { loadImage, type Loading } from "./load_image.ts";

/** The program of a worker. */
const PROGRAM = `const { parentPort, workerData } = require("node:worker_threads");
import(workerData).then(({ loadImage }) => {
  parentPort.on("message", ({ id, bytes, file, loading }) => {
    try {
      const pixels = loadImage(bytes, file, loading);
      parentPort.postMessage({ id, pixels }, [pixels.buffer]);
    } catch ({ message, offset, expected, found }) {
      parentPort.postMessage({ id, refused: { message, offset, expected, found } });
    }
  });
  parentPort.postMessage({ ready: true });
}, () => parentPort.postMessage({ ready: false }));`;

/** The most threads: more than read from one disk. */
const MOST = 4;

/** What a worker answers. */
interface Answer {
  readonly ready?: boolean;
  readonly id?: number;
  readonly pixels?: Uint8Array;
  readonly refused?: { message: string; offset?: number; expected?: string; found?: string };
}

/** An image that a worker is decoding. */
interface Task {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly loading: Loading;
  readonly resolve: (pixels: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker of Node's, as far as it is used. */
interface NodeWorker {
  on(event: string, listener: (value: never) => void): void;
  postMessage(message: unknown): void;
  ref(): void;
  unref(): void;
}

/** One worker, and what it has to do; it lets the program end where that is nothing. */
class DecodeThread {
  readonly #worker: NodeWorker;
  readonly #tasks = new Map<number, Task>();
  #next = 0;
  /** Whether it can be given images. */
  ready = false;

  constructor(worker: NodeWorker) {
    this.#worker = worker;
    worker.unref();
    worker.on("message", (answer: Answer) => this.#hear(answer));
    worker.on("error", () => this.#fail());
    worker.on("exit", () => this.#fail());
  }

  /** How many images it has to decode. */
  get busy(): number {
    return this.#tasks.size;
  }

  decode(bytes: Uint8Array, file: string, loading: Loading): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      if (this.busy === 0) this.#worker.ref();
      this.#tasks.set(id, { bytes, file, loading, resolve, reject });
      this.#worker.postMessage({ id, bytes, file, loading });
    });
  }

  #hear({ ready, id, pixels, refused }: Answer): void {
    if (ready !== undefined) this.ready = ready;
    const task = this.#tasks.get(id!);
    if (task === undefined) return;
    this.#tasks.delete(id!);
    if (this.busy === 0) this.#worker.unref();
    if (pixels !== undefined) task.resolve(pixels);
    else {
      const { message, ...details } = refused!;
      task.reject(new DataError(message, { file: task.file, ...details }));
    }
  }

  /** It ended: what it had to do is done here. */
  #fail(): void {
    this.ready = false;
    const tasks = [...this.#tasks.values()];
    this.#tasks.clear();
    for (const { bytes, file, loading, resolve, reject } of tasks) {
      decodeHere(bytes, file, loading).then(resolve, reject);
    }
  }
}

/** Decodes on this thread, in its turn. */
export async function decodeHere(
  bytes: Uint8Array,
  file: string,
  loading: Loading,
): Promise<Uint8Array> {
  await Promise.resolve();
  return loadImage(bytes, file, loading);
}

/** The threads of this process, once they are wanted. */
let threads: DecodeThread[] | undefined;

/** Starts as many threads as there are processors beside this one. */
function start(): void {
  if (threads !== undefined) return;
  threads = [];
  // In a bundle the module has another name, and the bundle itself is the program.
  const extension = /\/decode_threads(\.\w+)$/.exec(import.meta.url)?.[1];
  const module = new URL(`./load_image${extension}`, import.meta.url);
  if (extension === undefined || !mayImport(module)) return;
  const node = builtin<typeof import("node:worker_threads")>("worker_threads");
  if (node?.Worker === undefined) return;
  const count = Math.min(MOST, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
  const { href: workerData } = module;
  for (let i = 0; i < count; i++) {
    // Without an environment of its own it would be given a copy, for which Deno asks.
    const worker = new node.Worker(PROGRAM, { eval: true, env: {}, workerData });
    threads.push(new DecodeThread(worker as unknown as NodeWorker));
  }
}

/** How many threads are there to be given images. */
export function countReady(): number {
  return threads?.filter(({ ready }) => ready).length ?? 0;
}

/** Whether Deno lets a worker load a module without asking; other runtimes do. */
function mayImport({ protocol, pathname: path }: URL): boolean {
  type Permissions = { querySync(of: { name: string; path: string }): { state: string } };
  const { Deno } = globalThis as { Deno?: { permissions?: Permissions } };
  if (protocol !== "file:" || Deno?.permissions === undefined) return true;
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/** Decodes a file: on the thread that has the least to do, or here while there is none. */
export function decodeBeside(
  bytes: Uint8Array,
  file: string,
  loading: Loading,
): Promise<Uint8Array> {
  start();
  const free = threads?.filter(({ ready }) => ready).sort((a, b) => a.busy - b.busy)[0];
  return free?.decode(bytes, file, loading) ?? decodeHere(bytes, file, loading);
}
