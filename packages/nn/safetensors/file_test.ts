import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { readSafetensors, writeSafetensors } from "./file.ts";
import type { SavedTensor } from "./format.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

/** One tensor of `size` equal numbers. */
const equal = (value: number, size = 4): Map<string, SavedTensor> =>
  new Map([["w", { dtype: "float32", shape: [size], data: new Float32Array(size).fill(value) }]]);

/** Runs `testing/write_rounds.ts`, which has only the given permissions, by `shell`. */
function writer(path: string, rounds: number, flags: string[], shell = 'exec "$@"') {
  const run = ["run", "--quiet", "--no-lock", "--no-check", "--no-prompt", ...flags];
  const { pathname } = new URL("../testing/write_rounds.ts", import.meta.url);
  return new Deno.Command("sh", {
    args: ["-c", shell, "sh", Deno.execPath(), ...run, pathname, path, String(rounds)],
    stdout: "piped",
  }).spawn();
}

/** What it says when it writes once. */
async function writeElsewhere(...args: [path: string, flags: string[], shell?: string]) {
  const [path, flags, shell] = args, { stdout } = await writer(path, 1, flags, shell).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("a file is written into a new folder, replaced, and read by path and by address", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a/b/model.safetensors`;
    await writeSafetensors(path, equal(1), { round: "1" });
    await writeSafetensors(new URL(`file://${path}`), equal(2), { round: "2" });
    for (const name of [path, new URL(`file://${path}`)]) {
      const { tensors, metadata } = await readSafetensors(name);
      assertEquals([tensors, metadata], [equal(2), { round: "2" }]);
    }
    assertEquals(names(`${folder}/a/b`), ["model.safetensors"]);
  }));

Deno.test("files that cannot be read say why", () =>
  inFolder(async (folder) => {
    const none = `${folder}/none`, short = `${folder}/short`;
    const missing = await assertRejects(() => readSafetensors(none), DataError, "ENOENT");
    assertEquals(missing.file, none);
    await assertRejects(() => readSafetensors(folder), DataError, folder);
    await Deno.writeFile(short, new Uint8Array([9, 0, 0]));
    const error = await assertRejects(() => readSafetensors(short), DataError);
    assertEquals([error.file, error.found], [short, 3]);
  }));

Deno.test({
  name: "a disk that takes no more leaves the old file and nothing else",
  ignore: Deno.build.os === "windows", // There the size of files cannot be limited.
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/model.safetensors`;
      await writeSafetensors(path, equal(1));
      const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
      // 512 KiB. Without the trap the process would be killed; a full disk gives an error.
      const error = await writeElsewhere(path, flags, 'trap "" XFSZ; ulimit -f 1024; exec "$@"');
      assertStringIncludes(error, `DataError Cannot write ${path} as`);
      assertStringIncludes(error, "too large");
      assertEquals(names(folder), ["model.safetensors"]);
      assertEquals((await readSafetensors(path)).tensors, equal(1));
    }),
});

Deno.test({
  name: "leave to read and write the folder is enough; without it the error names the flags",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/model.safetensors`;
      const read = `--allow-read=${folder}`, write = `--allow-write=${folder}`;
      for (const flags of [[], [read], [write]]) {
        const error = await writeElsewhere(path, flags);
        assertStringIncludes(error, `DataError Cannot write ${path} as`);
        assertStringIncludes(error, `Run with ${read} ${write}`);
        assertEquals(names(folder), []);
      }
      assertEquals(await writeElsewhere(path, [read, write]), "done\n");
      assertEquals((await readSafetensors(path)).tensors, equal(1, 1 << 20));
    }),
});

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  Deno.test({
    name: `${signal} while a file is written leaves an old one or a new one`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        const path = `${folder}/model.safetensors`;
        const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
        for (let time = 0; time < 4; time++) {
          const child = writer(path, Infinity, flags), reader = child.stdout.getReader();
          await reader.read(); // The first round is done: from now on there is always a whole file.
          await new Promise((resolve) => setTimeout(resolve, 100 * Math.random()));
          child.kill(signal);
          assertEquals((await child.status).signal, signal);
          await reader.cancel();
          const { data } = (await readSafetensors(path)).tensors.get("w")!;
          assert(data[0] >= 1 && data.every((value) => value === data[0]));
        }
      }),
  });
}
