import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { selfCorpus } from "./self_corpus.ts";

Deno.test({
  name: "selfCorpus is a long text in ASCII, without any permission",
  permissions: "none",
  fn: () => {
    const text = selfCorpus();
    assertGreater(text.length, 50_000);
    assertLess(text.length, 70_000);
    assertEquals(text.match(/[^\n\x20-\x7e]/), null);
    assertEquals(selfCorpus(), text);
  },
});

Deno.test("selfCorpus is prose: words, and few lines twice", () => {
  const text = selfCorpus(), lines = text.trimEnd().split("\n");
  assertEquals(new Set(lines).size, lines.length);
  assert(text.endsWith("\n"));
  const letters = text.match(/[a-z ]/gi)!.length / text.length;
  assertGreater(letters, 0.9);
  for (const word of ["the", "gradient", "tensor", "picture"]) {
    assert(text.includes(` ${word} `), word);
  }
});
