/**
 * The contract of backends, as checks that a package with a backend of its own runs over it: every
 * sample of every operation, forward and backward, and of every update against the reference, random
 * numbers, reading and writing, memory. {@linkcode KernelAttributes}, {@linkcode ElementwiseName} and
 * {@linkcode UpdateName} are what a table of kernels is typed by, so that one that is missing does not
 * pass the type check.
 *
 * @example
 * ```ts
 * import { currentBackend } from "@neurite/tensor";
 * import { contract } from "@neurite/tensor/contract";
 *
 * for (const { name, run } of contract(currentBackend()).slice(-3)) {
 *   await run(); // Deno.test(name, run) in a test file
 *   console.log("ok", name);
 * }
 * ```
 *
 * @module
 */
import type { Backend } from "../backend.ts";
import "../backends/wasm/table.ts";
import { agreement } from "./agreement.ts";
import type { ContractCheck, ContractOptions } from "./check.ts";
import { hostChecks } from "./host.ts";
import { updateAgreement } from "./updates.ts";

export { ReferenceBackend } from "../backends/reference.ts";
export type { ContractCheck, ContractOptions } from "./check.ts";
export type {
  BinaryName,
  ElementwiseName,
  KernelAttributes,
  Operations,
  UnaryName,
  UpdateName,
} from "../backends/kernels.ts";
export type { Tolerance } from "./tolerance.ts";

/**
 * The checks of the contract for a backend: one for each operation and update, and those of reading,
 * writing, random numbers and memory at the end.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { currentBackend } from "@neurite/tensor";
 * import { contract } from "@neurite/tensor/contract";
 *
 * const checks = contract(currentBackend());
 * await checks.find(({ name }) => name.startsWith("matmul "))!.run();
 * assert(checks.length > 100);
 * ```
 */
export function contract(backend: Backend, options: ContractOptions = {}): ContractCheck[] {
  return [...agreement(backend, options), ...updateAgreement(backend), ...hostChecks(backend)];
}
