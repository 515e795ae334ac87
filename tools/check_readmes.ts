/**
 * Runs every snippet of the READMEs as a reader would: alone, in an empty folder, with no
 * permission beyond what its section names. Arguments name READMEs; without any, all are run.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { printsAsSaid, readSnippets, type Snippet } from "./readme.ts";
import { listFiles, ROOT, runDeno } from "./workspace.ts";

/** How long a snippet may take. */
const PATIENCE_MS = 180_000;

/** The READMEs of the workspace: the root's and the packages'. */
export function findReadmes(root: string = ROOT): string[] {
  return [
    ...[join(root, "README.md")].filter((path) => existsSync(path)),
    ...listFiles(join(root, "packages"), (path) => path.endsWith("/README.md")),
  ];
}

/** Where a snippet finds the modules it imports. */
export const WORKSPACE_OPTIONS: string[] = [
  "--config",
  join(ROOT, "deno.json"),
  "--import-map",
  join(ROOT, "tools/offline/import_map.json"),
];

/** Runs a snippet in an empty folder, without a look at its types; says what went wrong, if anything. */
export async function runSnippet(
  { code, permissions, prints }: Snippet,
  options: string[] = WORKSPACE_OPTIONS,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(cwd, "snippet.ts"), code);
    const { ok, stdout, stderr } = await runDeno(
      ["run", "--no-prompt", ...options, ...permissions, "snippet.ts"],
      { cwd, env, timeout: PATIENCE_MS },
    );
    if (!ok) return `it fails:\n${stdout}${stderr}`;
    if (prints !== undefined && !printsAsSaid(prints, stdout)) {
      return `it prints something else:\n${stdout}instead of:\n${prints}`;
    }
    return undefined;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** Runs a snippet as `runSnippet` does, its types checked first. */
export function tryOut(
  snippet: Snippet,
  options: string[] = WORKSPACE_OPTIONS,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  return runSnippet(snippet, ["--check", ...options], env);
}

/**
 * Checks the types of all snippets by one call of the compiler, which reads the packages only once.
 * Says what is wrong with them, if anything; the names of the files say where they stand.
 */
export async function checkTypes(
  snippets: readonly PlacedSnippet[],
  options: string[] = WORKSPACE_OPTIONS,
): Promise<string | undefined> {
  const dir = await Deno.makeTempDir();
  try {
    const files = snippets.map(({ label, code }) => {
      const file = `${label.replaceAll(/[/\\:]/g, "_")}.ts`;
      Deno.writeTextFileSync(join(dir, file), code);
      return file;
    });
    const { ok, stderr } = await runDeno(["check", ...options, ...files], { cwd: dir });
    return ok ? undefined : stderr;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A snippet, and where it stands: `packages/nn/README.md:27`. */
export interface PlacedSnippet extends Snippet {
  label: string;
}

/** The snippets of READMEs, in order. */
export function snippetsOf(readmes: string[] = findReadmes()): PlacedSnippet[] {
  return readmes.flatMap((path) =>
    readSnippets(Deno.readTextFileSync(path)).map((snippet) => ({
      ...snippet,
      label: `${relative(ROOT, path)}:${snippet.line}`,
    }))
  );
}

if (import.meta.main) {
  const readmes = Deno.args.map((path) => join(Deno.cwd(), path));
  const snippets = snippetsOf(readmes.length > 0 ? readmes : undefined);
  const counts = { passed: 0, failed: 0 };
  const note = (what: string, fault: string | undefined): void => {
    counts[fault ? "failed" : "passed"]++;
    if (fault) console.error(`Cannot ${what} as ${fault}`);
    else console.log(`${what} ok`);
  };
  note("check the types of the snippets", await checkTypes(snippets));
  for (const snippet of snippets) {
    note(`run the snippet at ${snippet.label}`, await runSnippet(snippet));
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  Deno.exit(counts.failed > 0 ? 1 : 0);
}
