import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { checkDocs, findMissingParts, findUnseen } from "./check_docs.ts";
import type { Member } from "./workspace.ts";

const EXAMPLE = "```ts\nconst two = 1 + 1;\n```";

const README = `# @neurite/rbf

The idea.

\`\`\`ts
console.log(2);
\`\`\`

\`\`\`text
2
\`\`\`

## Limits

Few.

Next: \`@neurite/cnn\`
`;

async function faultsOf(source: string, readme?: string): Promise<string[]> {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "mod.ts");
    await Deno.writeTextFile(path, source);
    if (readme) await Deno.writeTextFile(join(dir, "README.md"), readme);
    const member: Member = { name: "@neurite/rbf", version: "1.0.0", dir, exports: { ".": path } };
    return await checkDocs([member]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a package with all its docs", async () => {
  const source = `/**
 * Radial basis functions.
 *
 * @example
 * ${EXAMPLE.replaceAll("\n", "\n * ")}
 *
 * @module
 */

/**
 * Doubles.
 *
 * @example Use
 * ${EXAMPLE.replaceAll("\n", "\n * ")}
 */
export function twice(x: number): number {
  return 2 * x;
}

/** A constant needs no example. */
export const ONE = 1;

/** Neither does a type. */
export type Size = number;
`;
  assertEquals(await faultsOf(source, README), []);
});

Deno.test("a package without docs", async () => {
  const source = "/** Doubles. */\nexport class Twice {}\n/** x */\nexport const x = 1;\n";
  assertEquals(await faultsOf(source), [
    "Cannot publish @neurite/rbf as an entry point starts with an @module doc: none found",
    "Cannot publish Twice of @neurite/rbf as it needs an @example: no ```ts block",
    "Cannot publish @neurite/rbf as it needs a README.md: none found",
  ]);
});

Deno.test("a module doc without an example", async () => {
  const source = "/**\n * Functions.\n *\n * @module\n */\n\n/** x */\nexport const x = 1;\n";
  assertEquals(await faultsOf(source, README), [
    "Cannot publish @neurite/rbf as its module doc shows an example: no ```ts block",
  ]);
});

Deno.test("each part of a README is needed", () => {
  assertEquals(findMissingParts("@neurite/rbf", README), []);
  const without = (part: string) => findMissingParts("@neurite/rbf", README.replace(part, ""));
  const parts = ["# @neurite/rbf", "```ts", "```text", "## Limits", "Next:"];
  for (const part of parts) assertEquals(without(part).length, 1, part);
  assertEquals(findMissingParts("@neurite/rbf", "").length, 5);
});

Deno.test("formulas are plain text and pictures are in the package", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(dir, "one.svg"), "<svg/>");
    const faults = (readme: string) => findUnseen("@neurite/rbf", readme, dir).length;
    assertEquals(faults("![One](one.svg) `$x` and\n```sh\necho $A $B\n```\n costs $5"), 0);
    for (const wrong of ["$$x^2$$", "with $x_0 = 1$", "![Two](two.svg)", "![One](../one.svg)"]) {
      assertEquals(faults(wrong), 1, wrong);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
