import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { printsAsSaid, readSnippets } from "./readme.ts";

const README = `# Title

\`\`\`ts
console.log("first");
\`\`\`

## With permissions

\`\`\`sh
npx -y deno run --allow-read=data --allow-env=A,B \\
  --allow-write=out main.ts --allow
deno task start --allow-net
\`\`\`

\`\`\`ts
console.log("second");
\`\`\`

\`\`\`text
second
\`\`\`

### Without

~~~ts
const text = \`
\`\`\`
\`;
~~~

\`\`\`js
never();
\`\`\`

\`\`\`ts no-run
never();
\`\`\`

\`\`\`ts
console.log("fourth");
\`\`\`

## Elsewhere

\`\`\`text
not the output of the fourth
\`\`\`
`;

Deno.test("snippets, their permissions and their output", () => {
  assertEquals(readSnippets(README), [
    { line: 4, code: 'console.log("first");\n', permissions: [], prints: undefined },
    {
      line: 16,
      code: 'console.log("second");\n',
      permissions: ["--allow-read=data", "--allow-env=A,B", "--allow-write=out"],
      prints: "second\n",
    },
    { line: 26, code: "const text = `\n```\n`;\n", permissions: [], prints: undefined },
    { line: 40, code: 'console.log("fourth");\n', permissions: [], prints: undefined },
  ]);
});

Deno.test("a block that is not closed is an error", () => {
  assertThrows(() => readSnippets("# T\n\n```ts\nx();\n"), Error, "line 4");
});

Deno.test("the output may leave things open, and only where it says so", () => {
  assert(printsAsSaid("a\nb\n", "a  \nb\n\n"));
  assert(printsAsSaid("loss ...\naccuracy 0.9...", "loss 0.3 after 2 s\naccuracy 0.931\n"));
  assert(printsAsSaid("1\n…\n9", "1\n2\n3\n9"));
  assertFalse(printsAsSaid("a", "ab"));
  assertFalse(printsAsSaid("a.c", "abc"));
  assertFalse(printsAsSaid("a\n...\nz", "a\nb"));
});
