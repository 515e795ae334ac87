/** What is checked on every runtime. */
import type { Tolerance } from "@neurite/tensor/contract";
import { contract } from "@neurite/tensor/contract";
import type { TfjsBackend } from "../backend.ts";

/** Goes through the contract, one step a check. */
export async function holds(
  t: Deno.TestContext,
  backend: TfjsBackend,
  tolerances: Readonly<Record<string, Tolerance>>,
): Promise<void> {
  for (const { name, run } of contract(backend, { tolerances })) await t.step(name, run);
}
