/** The contract on the backend that `@tensorflow/tfjs` has everywhere. */
import { assertEquals } from "@std/assert";
import type { Tolerance } from "@neurite/tensor/contract";
import { TfjsBackend } from "./backend.ts";
import { startRuntime } from "./runtime.ts";
import { holds } from "./testing/suite.ts";

const backend = new TfjsBackend(await startRuntime(await import("npm:@tensorflow/tfjs@4.22.0")));

const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  erf: {
    relative: 2e-4,
    moved: 8,
    cause: "its formula is off by up to 1.5e-7 everywhere, which is much where the result is small",
  },
  gelu: { relative: 1e-5, moved: 8, cause: "the same formula, of which 1 + erf(x) leaves little" },
};

Deno.test("the backend keeps the contract on @tensorflow/tfjs", async (t) => {
  const { name, runtime, device } = backend.info();
  assertEquals([name, runtime, device?.adapter], ["tfjs", "@tensorflow/tfjs 4.22.0", "cpu"]);
  await holds(t, backend, { tolerances: TOLERANCES });
});
