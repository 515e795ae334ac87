/** Every update, held to the reference, with and without a guard. */
import type { Backend } from "../backend.ts";
import { ReferenceBackend } from "../backends/reference.ts";
import { Rng } from "../random/rng.ts";
import { Tensor } from "../tensor.ts";
import type { UpdateSample } from "../update.ts";
import * as updates from "../updates/mod.ts";
import type { ContractCheck } from "./check.ts";

/** Lengths around the width of vectors, and one that several threads share. */
const SIZES = [0, 1, 3, 4, 5, 7, 8, 33, 1025, 70_001];
/** What a number may differ by after two steps, of its magnitude and 1. */
const TOLERANCE = 5e-7;

/** What two steps of a sample make of tensors of a length, the gradient last. */
export async function updated(
  sample: UpdateSample,
  size: number,
  backend: Backend,
  guard?: number,
): Promise<ArrayLike<number>[]> {
  const rng = new Rng(size), made: Tensor[] = [];
  const put = (values: Float32Array, shape: number[]): Tensor => {
    const x = new Tensor(backend, backend.write(values, "float32"), shape, "float32");
    made.push(x);
    return x;
  };
  const random = ([low, high]: readonly [number, number]): Tensor =>
    put(Float32Array.from({ length: size }, () => rng.uniform(low, high)), [size]);
  const changed = sample.changed.map(random), gradient = random([-2, 2]);
  const by = guard === undefined ? undefined : put(Float32Array.of(guard), []);
  const before = await Promise.all(made.map((x) => x.data()));
  sample.call(changed, gradient, by);
  sample.call(changed, gradient, by);
  const after = await Promise.all([...changed, gradient].map((x) => x.data()));
  for (const x of made) x.dispose();
  if (guard !== undefined && guard !== 0) {
    const moved = after.findIndex((values, k) =>
      values.some((v, i) => !Object.is(v, before[k][i]))
    );
    if (moved >= 0) throw new Error(`tensor ${moved} was changed though the guard is ${guard}`);
  }
  return after;
}

/** One check for each update. */
export function updateAgreement(backend: Backend): ContractCheck[] {
  return Object.entries(updates).map(([name, { samples }]) => ({
    name: `${name} agrees with the reference, and changes nothing where a guard forbids it`,
    run: async () => {
      const reference = new ReferenceBackend(), wrong: string[] = [];
      const hold = async (sample: UpdateSample, size: number): Promise<void> => {
        const right = await updated(sample, size, reference);
        for (const guard of [undefined, 0]) {
          const found = await updated(sample, size, backend, guard);
          wrong.push(
            ...difference(found, right).map((text) =>
              `sample "${sample.name}", ${size} numbers: ${text}`
            ),
          );
        }
      };
      // Side by side: on a device, what waits to be read waits together.
      await Promise.all(samples.flatMap((sample) => [
        ...SIZES.map((size) => hold(sample, size)),
        ...[1, NaN, Infinity].map((guard) => updated(sample, 33, backend, guard)),
      ]));
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  }));
}

/** The first number of each tensor that is too far from what it should be. */
function difference(
  found: readonly ArrayLike<number>[],
  right: readonly ArrayLike<number>[],
): string[] {
  return right.flatMap((values, k) => {
    for (let i = 0; i < values.length; i++) {
      const off = Math.abs(found[k][i] - values[i]);
      if (off <= TOLERANCE * (1 + Math.abs(values[i]))) continue;
      return [`number ${i} of tensor ${k} is ${found[k][i]}, expected ${values[i]}`];
    }
    return found[k].length === values.length ? [] : [`tensor ${k} has ${found[k].length} numbers`];
  });
}
