/**
 * How the wasm backend runs operations: those of `ops/core.ts` stand here, `table.ts` adds the
 * others, and operations on corresponding elements have kernels of their own name.
 */
import type { Computation } from "../../backend.ts";
import type { Primitive } from "../../op.ts";
import { shared } from "../../shared.ts";
import type * as operations from "../../ops/core.ts";
import { cast } from "./runners/cast.ts";
import * as copy from "./runners/copy.ts";
import { binaryRunner, unaryRunner } from "./runners/elementwise.ts";
import * as index from "./runners/index.ts";
import { matmul } from "./runners/matmul.ts";
import { foldRunner } from "./runners/reduce.ts";
import type { Entry } from "./runners/runner.ts";
import { reshape } from "./runners/views.ts";

/**
 * Of a module of operations those that need an entry of their own in a table of kernels, with their
 * attributes: all but the operations on corresponding elements.
 */
export type Attributes<Operations> = {
  [
    K in keyof Operations as Operations[K] extends { elementwise: 1 | 2 } ? never
      : Operations[K] extends { op: unknown } ? K
      : never
  ]: Operations[K] extends Primitive<infer _, infer A> ? A : never;
};

/** An exhaustive table: an operation without an entry fails the type check. */
export type Table<Operations> = {
  readonly [K in keyof Attributes<Operations>]: Entry<Attributes<Operations>[K]>;
};

/** Why integers are left to the reference. */
export const INTEGERS = {
  viaReference: "integers are labels, indices and counts: few of them",
};

const CORE: Table<typeof operations> = {
  broadcastTo: copy.broadcastTo,
  cast,
  gather: index.gather,
  matmul,
  pad: copy.pad,
  reshape,
  scatterAdd: { float32: index.scatterAdd, int32: INTEGERS },
  stridedSlice: copy.stridedSlice,
  sum: { float32: foldRunner("sum", 0), int32: INTEGERS },
};

/** The entries by the names of the operations; what ties them to their attributes is lost here. */
const entries = shared(
  "wasm.entries",
  () => new Map<string, Entry<never>>(Object.entries(CORE)),
);

/** Adds the entries of further operations. */
export function addEntries(table: Readonly<Record<string, Entry<never>>>): void {
  for (const [name, entry] of Object.entries(table)) entries.set(name, entry);
}

/** What runs the operation. */
export function entryOf<A>(op: Computation<A>): Entry<A> {
  let entry = entries.get(op.name);
  if (entry === undefined) {
    const runner = op.elementwise === 1 ? unaryRunner(op.name) : binaryRunner(op.name);
    entry = { float32: runner, int32: INTEGERS } as unknown as Entry<never>;
    entries.set(op.name, entry);
  }
  return entry as unknown as Entry<A>;
}
