import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import { findCircles, findWrongArrows, readImports } from "./check_arrows.ts";

/** A workspace in a temporary folder, removed at the end. */
async function withWorkspace(
  files: Record<string, string>,
  body: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const packages = ["tensor", "nn", "cnn", "plot"];
  const all: Record<string, string> = {
    "deno.json": JSON.stringify({ workspace: ["./packages/*"] }),
    "tools/offline/import_map.json": '{ "imports": { "@std/assert": "./assert.ts" } }',
    "tools/offline/assert.ts": "export {};",
    ...Object.fromEntries(packages.flatMap((name) => [
      [
        `packages/${name}/deno.json`,
        JSON.stringify({ name: `@neurite/${name}`, version: "0.1.0", exports: "./mod.ts" }),
      ],
      [`packages/${name}/mod.ts`, "export const x = 1;\nexport type X = number;\n"],
    ])),
    ...files,
  };
  try {
    for (const [path, text] of Object.entries(all)) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const wrongIn = async (files: Record<string, string>): Promise<string[]> => {
  let wrong: string[] = [];
  await withWorkspace(files, async (root) => {
    wrong = findWrongArrows(await readImports(root));
  });
  return wrong;
};

Deno.test("arrows that are allowed", async () => {
  const wrong = await wrongIn({
    "packages/nn/dense.ts": 'export { x } from "@neurite/tensor";',
    "packages/cnn/conv.ts": 'import { x } from "@neurite/nn"; import "./pool.ts"; export { x };',
    "packages/cnn/pool.ts": "export {};",
    "packages/cnn/conv_test.ts":
      'import "@neurite/plot"; import "@neurite/cnn"; import "@std/assert";',
    "packages/cnn/conv_bench.ts": 'import "jsr:@neurite/plot@^0.1.0";',
    "packages/cnn/pool_test.ts": 'import "../../testing/close.ts";',
    "testing/close.ts": 'import "@neurite/tensor"; import "@std/assert";',
    "examples/cnn/lenet5.ts": 'import "@neurite/plot"; import "../shared.ts";',
    "examples/shared.ts": "export {};",
    "tools/table.ts": 'import "../packages/tensor/mod.ts";',
  });
  assertEquals(wrong, []);
});

Deno.test("arrows that point the wrong way", async () => {
  const wrong = await wrongIn({
    "packages/tensor/a.ts": 'import type { X } from "@neurite/nn"; export type Y = X;',
    "packages/nn/b.ts": 'export const later = () => import("@neurite/cnn");',
    "packages/cnn/c.ts": 'import "@neurite/plot";',
    "packages/cnn/d_test.ts": 'import "../nn/mod.ts"; import "../../tools/t.ts";',
    "packages/cnn/e.ts": 'export * from "@neurite/cnn";',
    "packages/nn/g.ts": 'import "@std/assert";',
    "packages/nn/h.ts": 'import "../../testing/close.ts";',
    "examples/cnn/f.ts": 'import "../../packages/cnn/mod.ts";',
    "testing/close.ts": "export {};",
    "tools/t.ts": "export {};",
  });
  assertEquals(wrong.sort(), [
    "Cannot import ../../packages/cnn/mod.ts in examples/cnn/f.ts as import the package by its name, @neurite/cnn",
    "Cannot import ../../testing/close.ts in packages/nn/h.ts as packages do not import from testing/",
    "Cannot import ../../tools/t.ts in packages/cnn/d_test.ts as packages do not import from tools/",
    "Cannot import ../nn/mod.ts in packages/cnn/d_test.ts as import the package by its name, @neurite/nn",
    "Cannot import @neurite/cnn in packages/cnn/e.ts as inside a package, import the file by its relative path",
    "Cannot import @neurite/cnn in packages/nn/b.ts as nn may import tensor",
    "Cannot import @neurite/nn in packages/tensor/a.ts as tensor may import no other package",
    "Cannot import @neurite/plot in packages/cnn/c.ts as cnn may import nn, tensor",
    "Cannot import @std/assert in packages/nn/g.ts as @std is for tests, benches and tools",
  ]);
});

Deno.test("a package that the table does not know", async () => {
  const wrong = await wrongIn({
    "packages/gan/deno.json":
      '{ "name": "@neurite/gan", "version": "0.1.0", "exports": "./mod.ts" }',
    "packages/gan/mod.ts": 'export { x } from "@neurite/tensor";',
  });
  assertEquals(wrong, [
    "Cannot import @neurite/tensor in packages/gan/mod.ts as give gan a line in the table of tools/check_arrows.ts",
  ]);
});

Deno.test("a file whose imports cannot be read is an error, not a pass", async () => {
  const broken = { "packages/nn/broken.ts": 'import { from "@neurite/cnn' };
  await withWorkspace(broken, async (root) => {
    await assertRejects(() => readImports(root), Error, "Cannot read the imports");
  });
  const missing = { "packages/nn/missing.ts": 'import "./nowhere.ts";' };
  await withWorkspace(missing, async (root) => {
    await assertRejects(() => readImports(root), Error, "Cannot read the imports");
  });
});

Deno.test("the floors of tensor: nothing reaches up, and every file has its floor", async () => {
  const wrong = await wrongIn({
    "packages/tensor/errors.ts": "export {};",
    "packages/tensor/tape.ts": 'import "./errors.ts"; import "./ops/elementwise/add.ts";',
    "packages/tensor/ops/elementwise/add.ts": 'import "../../tape.ts";',
    "packages/tensor/ops/elementwise/add_test.ts": 'import "../../mod.ts";',
    "packages/tensor/drawer.ts": 'import "./errors.ts";',
  });
  assertEquals(wrong, [
    "Cannot import ./errors.ts in packages/tensor/drawer.ts as give packages/tensor/drawer.ts a " +
    "floor in the table of tools/check_arrows.ts",
    "Cannot import ./ops/elementwise/add.ts in packages/tensor/tape.ts as it stands on a floor " +
    "above: packages/tensor/ops/elementwise/add.ts",
  ]);
});

Deno.test("a circle is named, but for types and for gradients that are each other's", async () => {
  let found: string[] = [];
  await withWorkspace({
    "packages/nn/a.ts": 'import "./b.ts";',
    "packages/nn/b.ts": 'import "./c.ts";',
    "packages/nn/c.ts": 'export { x } from "./a.ts"; import "./c_test.ts";',
    "packages/nn/c_test.ts": 'import "./c.ts";',
    "packages/nn/model.ts": 'import "./fit.ts"; export type Model = number;',
    "packages/nn/fit.ts": 'import type { Model } from "./model.ts"; export type F = Model;',
    "packages/nn/self.ts": 'import "./self.ts";',
    "packages/tensor/ops/elementwise/sin.ts": 'import "./cos.ts";',
    "packages/tensor/ops/elementwise/cos.ts": 'import "./sin.ts"; import "./tan.ts";',
    "packages/tensor/ops/elementwise/tan.ts": 'import "./sin.ts";',
  }, async (root) => {
    found = findCircles(await readImports(root));
  });
  const [end, why] = [
    ". Move what both need into a file below them",
    "files are loaded one after the other",
  ];
  const ops = "packages/tensor/ops/elementwise";
  assertEquals(
    found,
    [
      "packages/nn/a.ts -> packages/nn/b.ts -> packages/nn/c.ts -> packages/nn/a.ts",
      "packages/nn/self.ts -> packages/nn/self.ts",
      `${ops}/cos.ts -> ${ops}/tan.ts -> ${ops}/cos.ts`, // the first of cos and sin
    ].map((circle) => `Cannot import in a circle as ${why}: ${circle}${end}`),
  );
});
