import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { checkTypes, runSnippet, snippetsOf, tryOut } from "./check_readmes.ts";

const snippet = { line: 1, permissions: [] as string[] };

Deno.test("a snippet that works and prints what it says", async () => {
  const code = 'import { assert } from "@std/assert";\nassert(true);\nconsole.log("done");\n';
  assertEquals(await tryOut({ ...snippet, code, prints: "done\n" }), undefined);
});

Deno.test("a snippet that prints something else", async () => {
  const fault = await runSnippet({ ...snippet, code: "console.log(1);", prints: "2\n" });
  assertStringIncludes(fault ?? "", "it prints something else:\n1\ninstead of:\n2");
});

Deno.test("a snippet with a type error, alone or among others", async () => {
  const wrong = { ...snippet, code: 'const n: number = "1";\nconsole.log(n);\n' };
  assertStringIncludes(await tryOut(wrong) ?? "", "TS2322");
  const right = { ...snippet, code: "const n = 1;\nconsole.log(n);\n" }; // the same name: no clash
  const all = [{ ...right, label: "README.md:3" }, { ...wrong, label: "a/README.md:9" }];
  assertMatch(await checkTypes(all) ?? "", /TS2322[\s\S]*a_README\.md_9\.ts:1:7/);
  assertEquals(await checkTypes(all.slice(0, 1)), undefined);
});

Deno.test("a snippet gets the permissions that are named and no others", async () => {
  const code = 'Deno.writeTextFileSync("out.txt", "1");';
  assertStringIncludes(await runSnippet({ ...snippet, code }) ?? "", "NotCapable");
  assertEquals(await runSnippet({ ...snippet, code, permissions: ["--allow-write=."] }), undefined);
});

const snippets = snippetsOf();

Deno.test("the types of the snippets of all READMEs", async () => {
  const fault = await checkTypes(snippets);
  if (fault) throw new Error(`Cannot check the types of the snippets as ${fault}`);
});

for (const one of snippets) {
  Deno.test(`the snippet at ${one.label}`, async () => {
    const fault = await runSnippet(one);
    if (fault) throw new Error(`Cannot run the snippet as ${fault}`);
  });
}
