/**
 * The backend in Node, with Dawn handed in. `NEURITE_DAWN` names a folder in which `npm install webgpu`
 * was run, which is large; `VK_ICD_FILENAMES` a driver that Dawn takes, such as Chromium's.
 */
import { assert, assertEquals } from "@std/assert";

const folder = Deno.env.get("NEURITE_DAWN");
if (folder === undefined) {
  console.warn(
    "NOT TESTED: webgpu in Node, as NEURITE_DAWN names no folder with the package webgpu",
  );
}

Deno.test({
  name: `webgpu learns in Node what wasm learns${folder ? "" : " (NOT TESTED: no NEURITE_DAWN)"}`,
  ignore: folder === undefined,
  fn: async () => {
    const program = `${folder}/neurite_program.mjs`, main = `${folder}/neurite_main.mjs`;
    const command = async (path: string, ...args: string[]): Promise<string> => {
      const { success, stdout, stderr } = await new Deno.Command(path, { args }).output();
      assert(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const source = new URL("webgpu_in_node.ts", import.meta.url).pathname;
    const map = new URL("../tools/offline/import_map.json", import.meta.url).pathname;
    const options = ["--platform", "browser", "--import-map", map, "--output", program];
    await command(Deno.execPath(), "bundle", ...options, source);
    await Deno.writeTextFile(
      main,
      'import * as dawn from "webgpu"; import "./neurite_program.mjs"; await globalThis.run(dawn); process.exit();',
    );
    try {
      const { name, found, right } = JSON.parse((await command("node", main)).trim());
      assertEquals(name, "webgpu");
      assertEquals(found.length, 3);
      found.forEach((v: number, i: number) => assert(Math.abs(v - right[i]) <= 2e-5, `${v}`));
    } finally {
      for (const path of [program, main]) await Deno.remove(path);
    }
  },
});
