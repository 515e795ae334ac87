import { assertEquals } from "@std/assert";
import { run } from "./testing/run.ts";

Deno.test("a program of the core loads its kernels alone, and all of them when it needs more", async () => {
  const program = `
    const core = await import("./core.ts");
    await core.useBackend("wasm", { threads: 2 });
    const x = core.tensor([[1, 2], [3, 4]]);
    console.log(String(core.sum(core.matmul(x, x)).item()));
    // Loaded later, when the engine and its threads run with the kernels of the core.
    const all = await import("./mod.ts");
    console.log(String(all.max(all.exp(all.sub(x, 4))).item()));
    const big = all.uniform([1000, 1000]), softmax = (): number => all.sum(all.softmax(big)).item();
    const alone = softmax();
    await all.useBackend("wasm", { threads: 2 });
    console.log(Math.abs(alone - 1000) < 0.01, softmax() === alone);
    console.log(String(core.sum(core.matmul(x, x)).item()));
  `;
  const { code, output, errors } = await run(program);
  assertEquals([code, output, errors], [0, "54\n1\ntrue true\n54\n", ""]);
});

Deno.test("what the perceptron imports does not reach the kernels of all operations", async () => {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("../perceptron/mod.ts", import.meta.url).pathname],
    stdout: "piped",
    stderr: "null",
  });
  const { stdout } = await process.output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; size: number }[];
  };
  const names = modules.map(({ specifier }) => specifier.split("/packages/")[1]);
  assertEquals(names.includes("tensor/core.ts"), true);
  assertEquals(names.includes("tensor/backends/wasm/module.ts"), false);
  assertEquals(names.length <= 120, true, `${names.length} modules`);
});
