/** What is checked on every runtime. */
import { contract, type ContractOptions } from "@neurite/tensor/contract";
import type { TfjsBackend } from "../backend.ts";

/** Goes through the contract, one step a check, and says what it leaves out. */
export async function holds(
  t: Deno.TestContext,
  backend: TfjsBackend,
  options: ContractOptions,
): Promise<void> {
  for (const [sample, cause] of Object.entries(options.leftOut ?? {})) {
    console.warn(`NOT TESTED on ${backend.info().runtime}, ${sample}: ${cause}`);
  }
  for (const { name, run } of contract(backend, options)) await t.step(name, run);
}
