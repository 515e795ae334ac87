/** The contract of backends, on the adapter of this machine. */
import { assertEquals } from "@std/assert";
import { backendInfo, currentBackend } from "@neurite/tensor";
import { contract } from "@neurite/tensor/contract";
import { adapterTest } from "../../testing/webgpu_adapter.ts";
import { TOLERANCES } from "./testing/tolerances.ts";

adapterTest("webgpu keeps the contract", async (t) => {
  const { device } = backendInfo();
  assertEquals(backendInfo().name, "webgpu");
  console.log(`with ${device!.adapter}`);
  for (const { name, run } of contract(currentBackend(), { tolerances: TOLERANCES })) {
    await t.step(name, run);
  }
});
