import { DataError } from "@neurite/tensor";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { untar } from "./untar.ts";

/** An archive that the platform's own `tar` makes of a folder. */
async function archive(
  fill: (folder: string) => void,
  ...options: string[]
): Promise<Uint8Array<ArrayBuffer>> {
  const root = await Deno.makeTempDir();
  try {
    Deno.mkdirSync(`${root}/folder`);
    fill(`${root}/folder`);
    const args = [...options, "-cf", `${root}/archive.tar`, "-C", root, "folder"];
    const { success, stderr } = await new Deno.Command("tar", { args }).output();
    assert(success, new TextDecoder().decode(stderr));
    return Deno.readFileSync(`${root}/archive.tar`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const CONTENTS = {
  "empty.bin": new Uint8Array(0),
  "odd.bin": Uint8Array.from({ length: 1000 }, (_, i) => i % 251),
  "whole.bin": new Uint8Array(1024).fill(7),
};

function fill(folder: string): void {
  Deno.mkdirSync(`${folder}/below`);
  for (const [name, bytes] of Object.entries(CONTENTS)) {
    Deno.writeFileSync(`${folder}/${name === "odd.bin" ? "below/" : ""}${name}`, bytes);
  }
}

Deno.test("untar reads what tar wrote, in the formats ustar and of its own choice", async () => {
  for (const options of [["--format=ustar"], []]) {
    const members = untar(await archive(fill, ...options), "archive.tar");
    for (const [name, bytes] of Object.entries(CONTENTS)) assertEquals(members.get(name), bytes);
    assertEquals([...members.keys()].sort(), Object.keys(CONTENTS).sort()); // and no folder
  }
});

Deno.test("untar gives views of the archive, not copies", async () => {
  const bytes = await archive(fill);
  assertEquals(untar(bytes, "archive.tar").get("odd.bin")!.buffer, bytes.buffer);
});

Deno.test("untar leaves out links", async () => {
  const bytes = await archive((folder) => {
    Deno.writeTextFileSync(`${folder}/real`, "text");
    Deno.symlinkSync("real", `${folder}/link`);
  });
  assertEquals([...untar(bytes, "archive.tar").keys()], ["real"]);
});

Deno.test("untar says what is wrong with an archive, and where", async () => {
  const bytes = await archive(fill, "--format=ustar");
  const refuse = (wrong: Uint8Array<ArrayBuffer>) =>
    assertThrows(() => untar(wrong, "a.tar"), DataError);
  for (let length = 0; length < bytes.length; length += 511) {
    const cut = bytes.subarray(0, length);
    const ends = bytes.subarray(length).every((byte) => byte === 0);
    if (!ends) assertStringIncludes(refuse(cut).message, "truncated");
  }
  const damaged = bytes.slice();
  damaged[3] ^= 1;
  const error = refuse(damaged);
  assertEquals([error.file, error.offset], ["a.tar", 0]);
  assertStringIncludes(error.message, "another format, or damaged");
  assertStringIncludes(refuse(new Uint8Array(2048).fill(0x41)).message, "another format");
  const size = bytes.slice(); // no number, with the sum that goes with it
  size.set(new TextEncoder().encode("zzzzzzzzzzz"), 124);
  refuse(size);
});
