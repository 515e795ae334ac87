/** What a backend has to have kernels for, as types. */
import type { Primitive } from "../op.ts";
import type * as operations from "../ops/all.ts";
import type * as updates from "../updates/mod.ts";

/** Every operation. */
export type Operations = typeof operations;

/**
 * The operations with kernels of their own, and what each is told: a table
 * `{ [K in keyof KernelAttributes]: Kernel<KernelAttributes[K]> }` lacks none of them.
 */
export type KernelAttributes = {
  [
    K in keyof Operations as Operations[K] extends { elementwise: 1 | 2 } ? never
      : Operations[K] extends { op: unknown } ? K
      : never
  ]: Operations[K] extends Primitive<infer _, infer A> ? A : never;
};

/** The operations on corresponding elements of one tensor. */
export type UnaryName = {
  [K in keyof Operations]: Operations[K] extends { elementwise: 1 } ? K : never;
}[keyof Operations];

/** The operations on corresponding elements of two tensors. */
export type BinaryName = {
  [K in keyof Operations]: Operations[K] extends { elementwise: 2 } ? K : never;
}[keyof Operations];

/** The operations on corresponding elements. */
export type ElementwiseName = UnaryName | BinaryName;

/** The updates. */
export type UpdateName = keyof typeof updates;
