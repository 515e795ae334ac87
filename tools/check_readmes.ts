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

/** Runs a snippet in an empty folder and says what went wrong, if anything. */
export async function tryOut(
  { code, permissions, prints }: Snippet,
  options: string[] = WORKSPACE_OPTIONS,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(cwd, "snippet.ts"), code);
    const { ok, stdout, stderr } = await runDeno(
      ["run", "--check", "--no-prompt", ...options, ...permissions, "snippet.ts"],
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

if (import.meta.main) {
  const readmes = Deno.args.length > 0
    ? Deno.args.map((path) => join(Deno.cwd(), path))
    : undefined;
  const counts = { passed: 0, failed: 0 };
  for (const path of readmes ?? findReadmes()) {
    for (const snippet of readSnippets(await Deno.readTextFile(path))) {
      const label = `${relative(ROOT, path)}:${snippet.line}`;
      const fault = await tryOut(snippet);
      counts[fault ? "failed" : "passed"]++;
      if (fault) console.error(`Cannot run the snippet at ${label} as ${fault}`);
      else console.log(`${label} ok`);
    }
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  Deno.exit(counts.failed > 0 ? 1 : 0);
}
