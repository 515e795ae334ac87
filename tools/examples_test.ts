import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { readExamples, readHeader } from "./examples.ts";
import { runDeno } from "./workspace.ts";

const env = (name: string): string | undefined => ({ DATA: "/data", HOME: "/home/me" })[name];

Deno.test("a header's title and permissions", () => {
  const source = `/**
 * Learns digits.
 *
 * Takes long.
 *
 * Permissions: --allow-read=data,$DATA,$CACHE/x --allow-net --allow-write=$CACHE --allow-env=DATA
 */
import "x";
`;
  assertEquals(readHeader(source, env), {
    title: "Learns digits.",
    permissions: ["--allow-read=data,/data", "--allow-net", "--allow-env=DATA"],
  });
  const none = "/** Learns XOR.\n * Permissions: none\n */\n";
  assertEquals(readHeader(none, env), { title: "Learns XOR.", permissions: [] });
});

Deno.test("headers that do not say what they must", () => {
  assertThrows(() => readHeader("export {};", env), Error, "doc comment");
  assertThrows(() => readHeader("/** Title. */", env), Error, "Permissions");
  assertThrows(() => readHeader("/** T.\n * Permissions: -A\n */", env), Error, "-A");
  assertThrows(() => readHeader("/** T.\n * Permissions: read data\n */", env), Error, "read");
});

Deno.test("examples are the files of the chapters", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "examples/cnn/parts"), { recursive: true });
    await Deno.mkdir(join(root, "examples/common"));
    const files = ["cnn/lenet5.ts", "cnn/lenet5_test.ts", "cnn/parts/part.ts", "common/data.ts"];
    for (const file of files) {
      await Deno.writeTextFile(join(root, "examples", file), "/** LeNet.\n * Permissions: none */");
    }
    assertEquals(readExamples(root).map(({ name }) => name), ["cnn/lenet5"]);
    await Deno.writeTextFile(join(root, "examples/cnn/bare.ts"), "export {};");
    assertThrows(() => readExamples(root), Error, "Cannot list the example cnn/bare");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("every example of the workspace can be listed", async () => {
  const options = ["run", "--allow-read", "--allow-env", "tools/example.ts"];
  const { ok, stdout, stderr } = await runDeno(options);
  assertEquals([ok, stderr], [true, ""]);
  assertEquals(stdout.trimEnd().split("\n").filter((l) => l).length, readExamples().length);
});

Deno.test("an unknown example is an error", async () => {
  const options = ["run", "--allow-read", "--allow-env", "tools/example.ts", "no/such"];
  const { ok, stderr } = await runDeno(options);
  assertEquals(ok, false);
  assertEquals(stderr.split("\n")[0], "Cannot run no/such as it must be one of the examples:");
});
