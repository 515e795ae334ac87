/** A text that is always there. */
import { PARAGRAPHS } from "./self_corpus_text.ts";

/**
 * A text to learn from without network, files or permissions: what Neurite's READMEs and doc
 * comments said when this version was made, some 60,000 characters of technical English in ASCII, a
 * paragraph a line. It is enough to see a model learn words, and too little to make it a writer.
 *
 * It changes between versions: a model that must be the same next year is better trained on
 * `loadTinyShakespeare`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { selfCorpus, Vocabulary } from "@neurite/datasets";
 *
 * const text = selfCorpus();
 * assert(text.length > 50_000 && text.includes("gradient"));
 * assert(Vocabulary.fromText(text).size < 96);
 * ```
 */
export function selfCorpus(): string {
  return PARAGRAPHS.join("");
}
