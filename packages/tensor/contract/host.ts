/** What the host sees of a backend: values in and out, random numbers, memory. */
import type { Backend, DType, RandomDraw } from "../backend.ts";
import { BackendError } from "../errors.ts";
import { liveTensors } from "../handle.ts";
import { drawInto } from "../random/draw.ts";
import type { ContractCheck } from "./check.ts";
import { inputValues, OPERATIONS, runSample } from "./samples.ts";

/** Numbers that must come back as they went in. */
const NUMBERS: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, 1, -1, 0.5, 2 ** -126, 3e38, -3e38, Infinity, -Infinity, NaN].map(Math.fround),
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 123456789],
};

/** Throws unless the lists hold the same numbers. */
function same(what: string, found: ArrayLike<number>, right: ArrayLike<number>): void {
  const off = Array.from(right).findIndex((v, i) => !(Object.is(found[i], v) || found[i] === v));
  if (off < 0 && found.length === right.length) return;
  throw new Error(
    off < 0
      ? `${what}: ${found.length} numbers, expected ${right.length}`
      : `${what}: number ${off} is ${found[off]}, expected ${right[off]}`,
  );
}

/** The checks of what operations do not show. */
export function hostChecks(backend: Backend): ContractCheck[] {
  return [
    { name: "values come back as they were written", run: () => roundTrip(backend) },
    { name: "rows, equal values and copies are what they should be", run: () => makers(backend) },
    { name: "it is read at once, or says that it has to be awaited", run: () => atOnce(backend) },
    { name: "random numbers are those of every backend", run: () => random(backend) },
    { name: "no sample leaks tensors or memory", run: () => leaks(backend) },
  ];
}

async function roundTrip(backend: Backend): Promise<void> {
  for (const dtype of ["float32", "int32"] as const) {
    for (const size of [0, 1, 2, 3, 4, 5, 1021]) {
      const values = Array.from(
        { length: size },
        (_, i) => NUMBERS[dtype][i % NUMBERS[dtype].length],
      );
      const storage = backend.write(values, dtype);
      same(`${size} of ${dtype}`, await backend.read(storage, dtype, size), values);
      backend.free(storage);
    }
  }
}

async function makers(backend: Backend): Promise<void> {
  const rows = backend.writeRows(
    Float32Array.of(1, 2, 3, 4, 5, 6),
    "float32",
    2,
    Int32Array.of(2, 0, 2),
  );
  same("rows", await backend.read(rows, "float32", 6), [5, 6, 1, 2, 5, 6]);
  const copy = backend.copy(rows, "float32", 4);
  backend.free(rows);
  same("a copy of what is freed", await backend.read(copy, "float32", 4), [5, 6, 1, 2]);
  backend.free(copy);
  for (const [dtype, value] of [["float32", 0.25], ["int32", -7]] as const) {
    for (const size of [0, 1, 5, 1021]) {
      const storage = backend.fill(value, size, dtype);
      same(
        `${size} times ${value}`,
        await backend.read(storage, dtype, size),
        Array(size).fill(value),
      );
      backend.free(storage);
    }
  }
}

async function atOnce(backend: Backend): Promise<void> {
  const storage = backend.write([1, 2], "float32");
  let found: ArrayLike<number> | undefined, refused: unknown;
  try {
    found = backend.readSync(storage, "float32", 2);
  } catch (error) {
    refused = error;
  }
  if (backend.synchronous) same("read at once", found ?? [], [1, 2]);
  else if (!(refused instanceof BackendError)) {
    throw new Error(`readSync must throw a BackendError where values are awaited: ${refused}`);
  }
  same("awaited", await backend.read(storage, "float32", 2), [1, 2]);
  backend.free(storage);
}

async function random(backend: Backend): Promise<void> {
  const draws: Promise<void>[] = [];
  for (const distribution of ["uniform", "normal", "truncatedNormal"] as const) {
    for (const size of [0, 1, 3, 4, 5, 1021]) {
      for (const position of [0, 9, 2 ** 32 - 3, 2 ** 40 + 12345]) {
        const draw: RandomDraw = { distribution, a: -0.5, b: 1.5, key: [12345, 6], position };
        draws.push(drawn(backend, draw, size));
      }
    }
  }
  await Promise.all(draws);
}

/** Checks one draw. */
async function drawn(backend: Backend, draw: RandomDraw, size: number): Promise<void> {
  const right = new Float32Array(size), storage = backend.random(draw, size);
  drawInto(right, draw);
  const found = Float32Array.from(await backend.read(storage, "float32", size));
  same(`${size} ${draw.distribution} from ${draw.position}`, found, right);
  backend.free(storage);
}

async function leaks(backend: Backend): Promise<void> {
  const wrong: string[] = [];
  for (const operation of OPERATIONS) {
    const before = [liveTensors(), backend.info().memoryInUse];
    await Promise.all(
      operation.samples.map((sample) => runSample(operation, sample, inputValues(sample), backend)),
    );
    const [tensors, bytes] = [liveTensors() - before[0], backend.info().memoryInUse - before[1]];
    if (tensors === 0 && bytes === 0) continue;
    wrong.push(`${operation.name}: ${tensors} tensors, ${bytes} bytes`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
