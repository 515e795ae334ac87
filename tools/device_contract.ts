/**
 * Runs the contract of backends on a device, and says what it does not keep: for machines on which
 * nothing but a program can be run. Tests do the same where there is a workspace.
 *
 * `deno run -A tools/device_contract.ts [backend]`; it ends with `N passed, N failed`.
 */
import { contract } from "@neurite/tensor/contract";
import { currentBackend } from "@neurite/tensor";
import { TOLERANCES } from "../packages/webgpu/testing/tolerances.ts";
import { startBackend } from "../testing/start_backend.ts";

const [name = "webgpu"] = Deno.args;
const { device, runtime } = await startBackend(name);
console.log(`${name}: ${device?.adapter ?? "the processor"}, ${runtime ?? device?.vendor ?? ""}`);
let passed = 0, failed = 0;
for (const check of contract(currentBackend(), { tolerances: TOLERANCES })) {
  try {
    await check.run();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${check.name}\n${(error as Error).message}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);
