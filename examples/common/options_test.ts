import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "commander";
import { commandLine, trainingLine, whole } from "./options.ts";

Deno.test("whole takes integers from the least on", () => {
  assertEquals(["1", "30"].map(whole(1)), [1, 30]);
  for (const text of ["0", "-1", "1.5", "ten", "1e99"]) {
    assertThrows(() => whole(1)(text), InvalidArgumentError, `found ${text}`);
  }
});

Deno.test("command lines have what every example takes, and --full where it means something", () => {
  const read = (args: string[], full?: string) =>
    commandLine({ name: "x", description: "y", full }).parse(args, { from: "user" }).opts();
  assertEquals(read([]), { seed: 1, out: "out", check: false, backend: "wasm" });
  assertEquals(read(["--seed", "7", "--out=pictures", "--check", "--full"], "long"), {
    seed: 7,
    out: "pictures",
    check: true,
    full: true,
    backend: "wasm",
  });
  for (const backend of ["auto", "wasm", "blas", "reference", "webgpu", "tfjs"]) {
    assertEquals(read(["--backend", backend]).backend, backend);
  }
});

Deno.test("command lines of trainings leave the number of epochs to the example", () => {
  const read = (...args: string[]) =>
    trainingLine({ name: "x", description: "y" }, 8).parse(args, { from: "user" }).opts();
  assertEquals(read(), { seed: 1, out: "out", check: false, backend: "auto" });
  const given = ["--epochs", "2", "--backend", "wasm", "--threads", "2", "--data", "here"];
  assertEquals(read(...given), {
    ...{ seed: 1, out: "out", check: false },
    ...{ epochs: 2, backend: "wasm", threads: 2, data: "here" },
  });
});
