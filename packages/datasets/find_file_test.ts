import { DataError } from "@neurite/tensor";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { findFile } from "./find_file.ts";

const set = { title: "the set", folder: "set", mirrors: [] };
const file = (name: string) => ({ name, bytes: 3, sha256: "0".repeat(64) });

Deno.test("findFile takes the compressed file before the decompressed one, and says which it was", async () => {
  const dir = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${dir}/a`, "plain");
    assertEquals((await findFile(file("a.gz"), set, { dir })).file, `${dir}/a`);
    Deno.writeTextFileSync(`${dir}/a.gz`, "compressed");
    const found = await findFile(file("a.gz"), set, { dir });
    assertEquals([found.file, new TextDecoder().decode(found.bytes)], [
      `${dir}/a.gz`,
      "compressed",
    ]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("findFile names the file that a folder lacks, and whether it may be compressed", async () => {
  const missing = (name: string) =>
    assertRejects(() => findFile(file(name), set, { dir: "/nowhere" }), DataError);
  const compressed = await missing("a.gz");
  assertStringIncludes(
    compressed.message,
    "Cannot load the set from /nowhere as a.gz or a must be there",
  );
  assertEquals([compressed.file, compressed.expected], ["/nowhere/a.gz", "a.gz or a"]);
  assertStringIncludes((await missing("b.txt")).message, "as b.txt must be there");
});

Deno.test({
  name: "findFile refuses a pipe and a device, which may never end",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const dir = await Deno.makeTempDir();
    try {
      await new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).output();
      await Deno.symlink("/dev/zero", `${dir}/device`);
      for (const name of ["pipe", "device"]) {
        const error = await assertRejects(() => findFile(file(name), set, { dir }), DataError);
        assertEquals([error.file, error.found], [`${dir}/${name}`, `a ${name}`]);
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});
