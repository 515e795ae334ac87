/** Decoding beside the thread that trains: the same pixels and errors, and programs that end. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { type DecodeFixture, readFixture } from "../testing/fixture.ts";
import { countReady, decodeBeside, decodeHere } from "./decode_threads.ts";
import type { Loading } from "./load_image.ts";

const { files } = await readFixture<DecodeFixture>("decode.json");
const loading: Loading = {
  size: [12, 10],
  channels: 3,
  fit: "crop",
  interpolation: "bilinear",
  maxPixels: 1e6,
};

Deno.test("threads give the pixels and the errors that this thread gives", async () => {
  for (let time = 0; time < 2; time++) {
    const [here, beside] = await Promise.all(
      [decodeHere, decodeBeside].map((decode) =>
        Promise.all(files.map(({ file, name }) => decode(file, name, loading)))
      ),
    );
    here.forEach((pixels, i) => assertEquals(beside[i], pixels));
    const text = new TextEncoder().encode("a text");
    const [one, other] = await Promise.all(
      [decodeHere, decodeBeside].map((decode) =>
        assertRejects(() => decode(text, "cats/1.png", loading), DataError)
      ),
    );
    const plain = ({ message, file, offset, expected, found }: DataError) => //
    ({ message, file, offset, expected, found });
    assertEquals(plain(other), plain(one));
    // The second time there are threads.
    for (let wait = 0; wait < 600 && countReady() === 0; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert(countReady() > 0);
  }
});

/** Runs a program that decodes many images, with these permissions. */
async function run(...permissions: string[]): Promise<string> {
  const dir = await Deno.makeTempDir();
  try {
    const [{ file }] = files;
    for (const name of ["a", "b"]) {
      await Deno.mkdir(`${dir}/${name}`);
      for (let i = 0; i < 400; i++) await Deno.writeFile(`${dir}/${name}/${i}.png`, file);
    }
    const program = `
      const { imageFolder } = await import(${
      JSON.stringify(new URL("../mod.ts", import.meta.url).href)
    });
      const { train } = await imageFolder(${
      JSON.stringify(dir)
    }, { size: 8, cacheBytes: 0, batchSize: 8 });
      let sum = 0;
      for (let epoch = 0; epoch < 2; epoch++) {
        for await (const { x } of train.epoch(epoch)) {
          for (const value of x.data) sum += value;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }
      console.log(sum.toFixed(2));`;
    const path = `${dir}/program.ts`;
    await Deno.writeTextFile(path, program);
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const map = new URL("../../../tools/offline/import_map.json", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "--no-prompt", "--config", config, "--import-map", map],
        ...permissions.map((one) => one.replace("$DIR", dir)),
        path,
      ],
      signal: AbortSignal.timeout(60_000),
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert(success, decode(stderr));
    return decode(stdout).trim();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a program ends when its images are decoded, with threads and where there may be none", async () => {
  const [all, some] = [await run("--allow-read"), await run("--allow-read=$DIR")];
  assertEquals(some, all);
  assert(Number(all) > 0);
});
