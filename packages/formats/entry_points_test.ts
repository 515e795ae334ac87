import { assert, assertEquals } from "@std/assert";

/** The modules that an entry point loads before anything is called, by their addresses. */
async function loadedBy(entry: string): Promise<string[]> {
  const path = new URL(`${entry}/mod.ts`, import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", path],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: {
      specifier: string;
      dependencies?: { specifier: string; isDynamic?: boolean; code?: { specifier?: string } }[];
    }[];
  };
  const byAddress = new Map(modules.map((one) => [one.specifier, one]));
  const loaded = new Set([path]);
  for (const address of loaded) {
    for (const { isDynamic, code } of byAddress.get(address)?.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  return [...loaded];
}

/** The folders of this package. */
const FORMATS = ["keras", "onnx", "tfjs", "torch"];

for (const entry of FORMATS) {
  Deno.test(`@neurite/formats/${entry} loads none of the other readers`, async () => {
    const loaded = await loadedBy(entry), base = new URL(".", import.meta.url).href;
    const folders = loaded.filter((one) => one.startsWith(base))
      .map((one) => one.slice(base.length).split("/")[0]);
    assert(folders.includes(entry));
    // Models of TensorFlow.js are described in the words of Keras.
    const shared = entry === "tfjs" ? ["keras", "tfjs"] : [entry];
    assertEquals(FORMATS.filter((one) => folders.includes(one)), shared);
    // What decodes images comes with the package that has Keras's layers for them.
    const libraries = loaded.filter((one) => /^npm:(?!jpeg-js|fflate)/.test(one));
    if (entry !== "onnx") assertEquals(libraries, []);
  });
}
