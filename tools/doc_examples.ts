/**
 * The examples in doc comments: blocks marked `ts`. Each must run as somebody would paste it, so it
 * names what it imports.
 */
import { relative } from "node:path";
import { listFiles, ROOT } from "./workspace.ts";

/** One example. */
export interface DocExample {
  /** Where it stands: `packages/nn/model.ts:57`. */
  label: string;
  /** The code, on the same lines as in its file. */
  code: string;
}

/** The examples in the doc comments of one file. */
export function readDocExamples(label: string, source: string): DocExample[] {
  const examples: DocExample[] = [];
  const lines = source.split("\n");
  let inDoc = false, open: { line: number; code: string[] } | undefined;
  for (const [i, line] of lines.entries()) {
    if (!inDoc && !/^\s*\/\*\*/.test(line)) continue;
    inDoc = !line.includes("*/");
    const text = line.replace(/^\s*\/?\*+ ?/, "").replace(/\s*\*\/\s*$/, "");
    if (open === undefined) {
      if (/^\s*```ts\s*$/.test(text)) open = { line: i + 1, code: [] };
    } else if (/^\s*```\s*$/.test(text)) {
      const code = "\n".repeat(open.line) + open.code.join("\n") + "\n";
      examples.push({ label: `${label}:${open.line + 1}`, code });
      open = undefined;
    } else if (!inDoc) {
      throw new Error(`Cannot read the example at ${label}:${open.line + 1} as it is not closed`);
    } else open.code.push(text);
  }
  return examples;
}

/** The examples of all sources, or of those in the files and folders given. */
export function findDocExamples(paths: string[] = []): DocExample[] {
  const wanted = (paths.length > 0 ? paths : ["."]).map((path) => `${ROOT}/${path}`);
  const isSource = (path: string) => path.endsWith(".ts") && !path.endsWith(".as.ts");
  const files = wanted.flatMap((path) =>
    Deno.statSync(path).isFile ? [path] : listFiles(path, isSource)
  );
  return files.filter(isSource).flatMap((path) =>
    readDocExamples(relative(ROOT, path).replaceAll("\\", "/"), Deno.readTextFileSync(path))
  );
}
