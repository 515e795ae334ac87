import { assertEquals } from "@std/assert";
import { readComments, readProse } from "./build_self_corpus.ts";

Deno.test("prose is what is left without code, formulas, tables, lists and short lines", () => {
  const markdown = `# A title

A paragraph of prose that is [linked](https://example.org) and long
enough, with \`code\` in it.

Too short.

| a | table, which is no prose at all, however long. |

- a list item, which is no prose either, however long it is.

\`\`\`ts
const code = "is no prose, however long it is and whatever it says.";
\`\`\`

Ein Absatz mit Umlauten gehört nicht zum kleinen Alphabet, wie lang er auch ist.
`;
  assertEquals(readProse(markdown), [
    "A paragraph of prose that is linked and long enough, with code in it.",
  ]);
});

Deno.test("comments are doc comments without stars and tags", () => {
  const source = `/** One line. */
const a = 1;
/**
 * Two
 * lines.
 *
 * @throws nothing
 */
// no doc comment
/* nor this */`;
  assertEquals(readComments(source), [" One line.", "\nTwo\nlines.\n\n"]);
});
