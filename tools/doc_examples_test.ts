/**
 * Runs the examples in doc comments, all in one process: `deno test --doc` starts one of Deno's
 * workers for each, which takes ten times as long as the examples themselves. Their types are
 * checked by `deno check --doc`. Arguments after `--` name files and folders.
 */
import { useBackend } from "@neurite/tensor";
import { assertEquals, assertThrows } from "@std/assert";
import { findDocExamples, readDocExamples } from "./doc_examples.ts";

Deno.test("examples stand in doc comments, on the lines of their file", () => {
  const source = `/**
 * Adds.
 *
 * \`\`\`ts
 * const a = 1;
 *
 *   a + 1;
 * \`\`\`
 *
 * \`\`\`text
 * 2
 * \`\`\`
 */
const text = \`
\\\`\\\`\\\`ts
no doc
\\\`\\\`\\\`\`;
  /** \`\`\`ts\n   * two();\n   * \`\`\` */
`;
  assertEquals(readDocExamples("a.ts", source), [
    { label: "a.ts:5", code: "\n".repeat(4) + "const a = 1;\n\n  a + 1;\n" },
    { label: "a.ts:19", code: "\n".repeat(18) + "two();\n" },
  ]);
  assertThrows(() => readDocExamples("a.ts", "/**\n * ```ts\n */"), Error, "a.ts:3 as it is not");
});

for (const { label, code } of findDocExamples(Deno.args)) {
  Deno.test(`the example at ${label}`, async () => {
    const url = URL.createObjectURL(new Blob([code], { type: "application/typescript" }));
    try {
      await import(url);
    } finally {
      URL.revokeObjectURL(url);
      await useBackend("wasm", { threads: 1 });
    }
  });
}
