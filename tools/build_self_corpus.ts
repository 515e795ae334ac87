/**
 * Writes the text of `selfCorpus` in `@neurite/datasets`: the prose of the READMEs and doc comments.
 * It is a snapshot, renewed when somebody wants to; models trained on it change with it.
 */
import { join, relative } from "node:path";
import { listFiles, ROOT } from "./workspace.ts";

/** Where the doc comments are read, and how many characters of prose are enough. */
const SOURCES = ["perceptron", "mlp-backprop", "rbf", "datasets", "plot", "tensor"];
const ENOUGH = 60_000;

/** The paragraphs of a Markdown text that are prose: no code, formulas, tables, lists or pictures. */
export function readProse(markdown: string): string[] {
  const text = markdown.replace(/```[^]*?(```|$)/g, "").replace(/\$\$[^]*?\$\$/g, "");
  return text.split(/\n\s*\n/)
    .map((block) => block.trim().replace(/^#+ /, "").replace(/\s+/g, " "))
    .map((block) => block.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replace(/\{@\w+ (\w+)\}/g, "$1"))
    .map((block) => block.replaceAll("`", ""))
    .filter((block) => /^[\x20-\x7e]{40,}[.:!?)]$/.test(block) && !/^[|!<\-*\d]|\$|\\/.test(block));
}

/** The texts of the doc comments of a source file, without their tags. */
export function readComments(source: string): string[] {
  return Array.from(
    source.matchAll(/^\/\*\*[^]*?\*\//gm),
    ([comment]) =>
      comment.replace(/^\/\*\*|\s*\*\/$/g, "").replace(/^ \* ?/gm, "").replace(/^@[^]*/m, ""),
  );
}

/** All prose, each paragraph once, up to {@linkcode ENOUGH}. */
function collect(): string {
  const readmes = listFiles(join(ROOT, "packages"), (path) => path.endsWith("/README.md"));
  const sources = SOURCES.flatMap((name) =>
    listFiles(
      join(ROOT, "packages", name),
      (path) => path.endsWith(".ts") && !/_(test|bench)\.ts$|\.as\.ts$|self_corpus/.test(path),
    )
  );
  const texts = [
    ...readmes.map((path) => Deno.readTextFileSync(path)),
    ...sources.flatMap((path) => readComments(Deno.readTextFileSync(path))),
  ];
  let corpus = "";
  for (const paragraph of new Set(texts.flatMap(readProse))) {
    if (corpus.length + paragraph.length > ENOUGH) break;
    corpus += `${paragraph}\n`;
  }
  return corpus;
}

if (import.meta.main) {
  const path = join(ROOT, "packages/datasets/self_corpus_text.ts"), text = collect();
  const lines = text.split(/(?<=\n)/).map((line) => `  ${JSON.stringify(line)},\n`).join("");
  const source =
    `// deno-fmt-ignore-file: written by tools/build_self_corpus.ts, a paragraph a line.
/** The prose of Neurite's READMEs and doc comments, ASCII only, a paragraph a line. */
export const PARAGRAPHS: readonly string[] = [\n${lines}];\n`;
  await Deno.writeTextFile(`${path}.part`, source);
  await Deno.rename(`${path}.part`, path);
  console.log(
    `${relative(ROOT, path)}: ${text.length} characters, ${new Set(text).size} different`,
  );
}
