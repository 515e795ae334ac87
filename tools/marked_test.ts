import { assertEquals, assertThrows } from "@std/assert";
import { between, format } from "./marked.ts";

Deno.test("what stands between two comments is replaced", () => {
  const text = "a\n<!-- t -->\nold\n<!-- /t -->\nb\n";
  assertEquals(between(text, "t", "new"), "a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb\n");
  for (const wrong of ["a", "<!-- t -->", "<!-- /t -->", text + text]) {
    assertThrows(() => between(wrong, "t", "new"), Error, "<!-- t --> and <!-- /t -->");
  }
});

Deno.test("Markdown is as deno fmt has it", async () => {
  assertEquals(await format("|a|b|\n|-|-|\n|1|22|\n"), "| a | b  |\n| - | -- |\n| 1 | 22 |\n");
  assertEquals(await format("*  x\n"), "- x\n");
});
