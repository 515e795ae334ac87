import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { tableOf } from "./scaling_table.ts";
import { between, format } from "./marked.ts";
import { ROOT } from "./workspace.ts";

const JOBS = [
  "mlp-784-512-10 b128 sgd",
  "lenet5 b128 adam",
  "deep-autoencoder b256 adam",
  "lstm-128 seq40 b256 adam",
  "resnet50 predict 224 b8",
];

Deno.test("what many machines come to is calculated from the steps of one", () => {
  const lines = JOBS.map((job) => ({ contender: "blas 2", job, ms: 100 }));
  const table = tableOf(lines);
  // ResNet-50: 102.2 MB, of which 2 machines send each other as much: 81.8 ms beside 300.
  assertStringIncludes(table, "| ResNet-50 | 8 | 300.0 | 10 Gbit/s | 1.6 |");
  assertThrows(() => tableOf(lines.slice(1)), Error, "mlp-784-512-10 b128 sgd must be measured");
});

Deno.test("the table of the README is that of the numbers", async () => {
  const readme = Deno.readTextFileSync(join(ROOT, "packages/distributed/README.md"));
  const numbers = Deno.readTextFileSync(join(ROOT, "bench/numbers/numbers.json"));
  const table = tableOf(JSON.parse(numbers).lines);
  assertEquals(
    await format(between(readme, "scaling", table)),
    readme,
    "run tools/scaling_table.ts",
  );
});
