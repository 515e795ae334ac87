import { assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { parseTarGzip } from "npm:nanotar@0.3.0";
import { asJsr, buildAll, descriptionOf, fileNameOf, tarballOf } from "./npm.ts";
import { wordsOf } from "./try_from_npm.ts";

const SOURCES: Record<string, string> = {
  "deno.json": '{ "workspace": ["./packages/*"] }',
  "LICENSE": "MIT",
  "packages/small/README.md": "# Small\n\nOne _number_, for [all](mod.ts). And more.\n",
  "packages/small/mod.ts": "export const one: number = 1;\n",
  "packages/small/internal.ts": "export const half: number = 0.5;\n",
  "packages/large/README.md": "# Large\n\n![Two](pictures/two.svg)\n\nTwo numbers:\n",
  "packages/large/pictures/two.svg": "<svg/>",
  "packages/large/mod.ts": '/** import "@neurite/example"; */\n' +
    'import { one } from "@neurite/small";\nimport { half } from "@neurite/small/internal";\n' +
    'export const two: number = one + 2 * half, advice: string = "@neurite/other";\n',
};

function configOf(name: string, exports: unknown): string {
  return JSON.stringify({ name: `@neurite/${name}`, version: "0.3.0", license: "MIT", exports });
}

Deno.test("packages for npm have modules, types, what a README shows, and each other's versions", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const files = {
    ...SOURCES,
    "packages/small/deno.json": configOf("small", {
      ".": "./mod.ts",
      "./internal": "./internal.ts",
    }),
    "packages/large/deno.json": configOf("large", "./mod.ts"),
  };
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  }
  try {
    const [large, small] = await buildAll(root), { manifest } = large;
    assertEquals([...large.files.keys()].sort(), [
      "LICENSE",
      "README.md",
      "mod.d.ts",
      "mod.js",
      "pictures/two.svg",
    ]);
    assertEquals(
      [manifest.name, manifest.version, manifest.description, manifest.dependencies],
      ["@neurite/large", "0.3.0", "Two numbers.", { "@neurite/small": "^0.3.0" }],
    );
    assertEquals(Object.keys(small.manifest.exports as object), [".", "./internal"]);
    assertEquals(fileNameOf(manifest), "neurite-large-0.3.0.tgz");

    const jsr = asJsr(large);
    assertEquals(jsr.manifest.name, "@jsr/neurite__large");
    assertEquals(jsr.manifest.dependencies, { "@jsr/neurite__small": "^0.3.0" });
    const code = new TextDecoder().decode(jsr.files.get("mod.js"));
    assertMatch(code, /advice = "@neurite\/other"/);
    assertEquals(code.match(/from "[^"]*"/g), [
      'from "@jsr/neurite__small"',
      'from "@jsr/neurite__small/internal"',
    ]);

    const entries = await parseTarGzip(await tarballOf(large));
    const found = entries.find(({ name }) => name === "package/package.json");
    assertEquals(JSON.parse(new TextDecoder().decode(found!.data)), manifest);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("an archive ends with two empty blocks, whatever its length", async () => {
  const manifest = { name: "small", version: "0.1.0", dependencies: {} };
  for (let blocks = 1; blocks <= 20; blocks++) {
    const files = new Map([["data", new Uint8Array(512 * blocks).fill(1)]]);
    const archive = new Blob([await tarballOf({ manifest, files })]).stream();
    const bytes = await new Response(archive.pipeThrough(new DecompressionStream("gzip"))).bytes();
    assertEquals([bytes.length % 512, bytes.slice(-1024).every((byte) => byte === 0)], [0, true]);
  }
});

Deno.test("a description is the first sentence of a README", () => {
  assertEquals(descriptionOf("# T\n\n`a` is **b**, see [c](d.md): e.\n"), "a is b, see c.");
  assertEquals(
    descriptionOf("# T\n\n![x](y.svg)\n\nVersion 1.5 of\nit. More.\n"),
    "Version 1.5 of it.",
  );
  assertEquals(descriptionOf("# T\n"), "");
});

Deno.test("prints of runtimes are compared by their words and numbers", () => {
  assertEquals(wordsOf("[ 0, 1, 1, 0 ]\n"), wordsOf("[\n  0, 1, 1,\n  0\n]"));
  assertEquals(wordsOf('Float32Array(2) [ 1.5, -2 ] "a"'), "Float32Array 2 1.5 -2 a");
});
