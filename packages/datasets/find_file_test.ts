import { DataError } from "@neurite/tensor";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { findFile } from "./find_file.ts";

const set = { title: "the set", folder: "set", mirrors: [] };
const file = (name: string) => ({ name, bytes: 3, sha256: "0".repeat(64) });

Deno.test("findFile takes the packed file before the unpacked one, and says which it was", async () => {
  const dir = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${dir}/a`, "plain");
    assertEquals((await findFile(file("a.gz"), set, { dir })).file, `${dir}/a`);
    Deno.writeTextFileSync(`${dir}/a.gz`, "packed");
    const found = await findFile(file("a.gz"), set, { dir });
    assertEquals([found.file, new TextDecoder().decode(found.bytes)], [`${dir}/a.gz`, "packed"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("findFile names the file that a folder lacks, and whether it may be packed", async () => {
  const missing = (name: string) =>
    assertRejects(() => findFile(file(name), set, { dir: "/nowhere" }), DataError);
  const packed = await missing("a.gz");
  assertStringIncludes(
    packed.message,
    "Cannot load the set from /nowhere as a.gz, gzipped or not,",
  );
  assertEquals([packed.file, packed.expected], ["/nowhere/a.gz", "a.gz"]);
  assertStringIncludes((await missing("b.txt")).message, "as b.txt must be there");
});
