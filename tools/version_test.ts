import { assertEquals, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import { setVersion } from "./version.ts";
import { readMembers } from "./workspace.ts";

/** A workspace of two packages. */
async function withWorkspace(f: (root: string) => void): Promise<void> {
  const root = await Deno.makeTempDir();
  const write = (path: string, text: string): void => {
    Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
    Deno.writeTextFileSync(join(root, path), text);
  };
  for (const name of ["tensor", "nn"]) {
    const config = { name: `@neurite/${name}`, version: "0.1.0", exports: "./mod.ts" };
    write(`packages/${name}/deno.json`, JSON.stringify(config, null, 2));
  }
  write("packages/tensor/shared.ts", '/** It. */\nexport const VERSION = "0.1.0";\n');
  try {
    f(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("every package gets the version, and the constant that copies compare", async () => {
  await withWorkspace((root) => {
    const changed = setVersion("0.2.0-beta.1", root);
    assertEquals(changed.map((path) => path.slice(root.length + 1).replaceAll("\\", "/")), [
      "packages/nn/deno.json",
      "packages/tensor/deno.json",
      "packages/tensor/shared.ts",
    ]);
    assertEquals(readMembers(root).map(({ version }) => version), ["0.2.0-beta.1", "0.2.0-beta.1"]);
    const source = Deno.readTextFileSync(join(root, "packages/tensor/shared.ts"));
    assertEquals(source, '/** It. */\nexport const VERSION = "0.2.0-beta.1";\n');
    assertEquals(setVersion("0.2.0-beta.1", root), []);
  });
});

Deno.test("what is no version, or has no single place, changes nothing", async () => {
  await withWorkspace((root) => {
    for (const wrong of ["", "1", "1.2", "v1.2.3", "1.2.3.4", '1.2.3"']) {
      assertThrows(() => setVersion(wrong, root), Error, "form 1.2.3");
    }
    Deno.writeTextFileSync(join(root, "packages/tensor/shared.ts"), "export {};\n");
    assertThrows(() => setVersion("0.3.0", root), Error, "current 0 times");
    assertEquals(readMembers(root).map(({ version }) => version), ["0.1.0", "0.1.0"]);
  });
});

Deno.test("all packages of this workspace have one version", () => {
  assertEquals(new Set(readMembers().map(({ version }) => version)).size, 1);
});
