import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { openFile, writeWhole } from "@neurite/tensor/files";

const windows = Deno.build.os === "windows"; // There are no pipes, links and modes there.

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const modeOf = (path: string) => (Deno.statSync(path).mode! & 0o7777).toString(8);
const part = (name: string) => `.${name}.${crypto.randomUUID()}.part`;
const one = (byte: number) => [Uint8Array.of(byte)];

Deno.test("parts are written one after the other, into a new folder and over an old file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a/b/file`;
    await writeWhole(path, [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)]);
    assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2, 3));
    await writeWhole(new URL(`file://${path}`), one(4));
    assertEquals(await Deno.readFile(path), Uint8Array.of(4));
    assertEquals(names(`${folder}/a/b`), ["file"]);
  }));

Deno.test("a failure in the middle leaves the old file and nothing else", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await writeWhole(path, one(1));
    const failure = new Error("the connection was lost");
    const parts = async function* () {
      yield new Uint8Array(1 << 20);
      assertEquals(names(folder).length, 2);
      throw await Promise.resolve(failure);
    };
    assertEquals(await assertRejects(() => writeWhole(path, parts())), failure);
    assertEquals(names(folder), ["file"]);
    assertEquals(await Deno.readFile(path), Uint8Array.of(1));
    // A file where its folder is to be.
    await assertRejects(() => writeWhole(`${path}/file`, one(2)), DataError, path);
    assertEquals(names(folder), ["file"]);
  }));

Deno.test({
  name: "what is no regular file is refused, before anything is written or waited for",
  ignore: windows,
  fn: () =>
    inFolder(async (folder) => {
      const pipe = `${folder}/pipe`, link = `${folder}/link`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      await Deno.symlink("/dev/null", link);
      const found = {
        [folder]: "a folder",
        [pipe]: "a pipe",
        "/dev/null": "a device",
        [link]: "a device",
      };
      for (const [path, what] of Object.entries(found)) {
        const written = await assertRejects(() => writeWhole(path, one(1)), DataError);
        assertEquals(
          written.message,
          `Cannot write ${path} as it must be a regular file: current ${what}`,
        );
        const read = await assertRejects(() => openFile(path), DataError, what);
        assertEquals([read.file, read.found], [path, what]);
      }
      assertEquals(names(folder), ["link", "pipe"]);
      assert((await Deno.lstat(pipe)).isFifo && (await Deno.lstat("/dev/null")).isCharDevice);
    }),
});

Deno.test({
  name: "links are followed, also to what is not there yet; a circle of links is none",
  ignore: windows,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/there`);
      await Deno.symlink("there/file", `${folder}/link`);
      await Deno.symlink(`${folder}/link`, `${folder}/chain`);
      for (const [i, name] of ["link", "chain"].entries()) {
        await writeWhole(`${folder}/${name}`, one(i));
        assertEquals(await Deno.readFile(`${folder}/there/file`), Uint8Array.of(i));
        assert((await Deno.lstat(`${folder}/${name}`)).isSymlink);
      }
      assertEquals([names(folder), names(`${folder}/there`)], [["chain", "link", "there"], [
        "file",
      ]]);
      await Deno.symlink("circle", `${folder}/circle`);
      await assertRejects(() => writeWhole(`${folder}/circle`, one(1)), DataError, "links");
    }),
});

Deno.test({
  name: "a file hands on its mode, from the first byte on; a new one has the usual one",
  ignore: windows,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/file`, usual = `${folder}/usual`;
      await Deno.writeTextFile(usual, "");
      await writeWhole(path, one(1));
      assertEquals(modeOf(path), modeOf(usual));
      for (const mode of [0o600, 0o444, 0o755, 0o666]) {
        await Deno.chmod(path, mode);
        const parts = function* () {
          yield Uint8Array.of(1);
          const [unfinished] = names(folder).filter((name) => name.endsWith(".part"));
          assertEquals(Deno.statSync(`${folder}/${unfinished}`).mode! & 0o077 & ~mode, 0);
          yield Uint8Array.of(2);
        };
        await writeWhole(path, parts());
        assertEquals(modeOf(path), mode.toString(8));
      }
    }),
});

Deno.test("what killed writers of the file left is taken away, and nothing else", () =>
  inFolder(async (folder) => {
    const others = [
      part("other"),
      ".file.mine.part",
      "file.part",
      part("file") + "s",
      part("a.file"),
    ];
    for (const name of [part("file"), part("file"), ...others]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await writeWhole(`${folder}/file`, one(1));
    assertEquals(names(folder), [...others, "file"].sort());
  }));

Deno.test("writers of one file in one process take turns, in the order of the calls", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const slow = function* () {
      for (let i = 0; i < 50; i++) yield new Uint8Array(1 << 16);
    };
    const failing = function* () {
      yield Uint8Array.of(7);
      throw new Error("it fails");
    };
    const all = [slow(), failing(), one(1), one(2)].map((parts) => writeWhole(path, parts));
    const results = await Promise.allSettled(all);
    assertEquals(results.map(({ status }) => status), [
      ...["fulfilled", "rejected", "fulfilled", "fulfilled"],
    ]);
    assertEquals(await Deno.readFile(path), Uint8Array.of(2));
    assertEquals(names(folder), ["file"]);
  }));

Deno.test("one whose unfinished file another process took away has written before that one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const overtaken = function* () {
      yield Uint8Array.of(1);
      for (const name of names(folder)) Deno.removeSync(`${folder}/${name}`);
      Deno.writeFileSync(path, Uint8Array.of(2)); // What the other process wrote.
    };
    await writeWhole(path, overtaken());
    assertEquals(await Deno.readFile(path), Uint8Array.of(2));
    const robbed = function* () {
      yield Uint8Array.of(1);
      for (const name of names(folder)) Deno.removeSync(`${folder}/${name}`);
    };
    await assertRejects(() => writeWhole(path, robbed()), DataError, "ENOENT");
  }));

Deno.test("a file is read in pieces, as far as it goes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeFile(path, Uint8Array.of(1, 2, 3, 4, 5));
    const file = await openFile(new URL(`file://${path}`));
    try {
      assertEquals([file.name, file.size], [path, 5]);
      assertEquals(await file.read(1, 3), Uint8Array.of(2, 3));
      assertEquals(await file.read(3, 9), Uint8Array.of(4, 5));
      assertEquals(await file.read(9, 9), new Uint8Array());
    } finally {
      await file.close();
    }
    await assertRejects(() => openFile(`${folder}/none`), DataError, "ENOENT");
  }));
