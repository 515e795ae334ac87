import { assertEquals, assertStringIncludes } from "@std/assert";
import { relative } from "node:path";
import { findReadmes, tryOut } from "./check_readmes.ts";
import { readSnippets } from "./readme.ts";
import { ROOT } from "./workspace.ts";

const snippet = { line: 1, permissions: [] as string[] };

Deno.test("a snippet that works and prints what it says", async () => {
  const code = 'import { assert } from "@std/assert";\nassert(true);\nconsole.log("done");\n';
  assertEquals(await tryOut({ ...snippet, code, prints: "done\n" }), undefined);
});

Deno.test("a snippet that prints something else", async () => {
  const fault = await tryOut({ ...snippet, code: "console.log(1);", prints: "2\n" });
  assertStringIncludes(fault ?? "", "it prints something else:\n1\ninstead of:\n2");
});

Deno.test("a snippet with a type error", async () => {
  const fault = await tryOut({ ...snippet, code: 'export const n: number = "1";' });
  assertStringIncludes(fault ?? "", "TS2322");
});

Deno.test("a snippet gets the permissions that are named and no others", async () => {
  const code = 'Deno.writeTextFileSync("out.txt", "1");';
  assertStringIncludes(await tryOut({ ...snippet, code }) ?? "", "NotCapable");
  assertEquals(await tryOut({ ...snippet, code, permissions: ["--allow-write=."] }), undefined);
});

for (const path of findReadmes()) {
  for (const one of readSnippets(Deno.readTextFileSync(path))) {
    Deno.test(`the snippet at ${relative(ROOT, path)}:${one.line}`, async () => {
      const fault = await tryOut(one);
      if (fault) throw new Error(`Cannot run the snippet as ${fault}`);
    });
  }
}
