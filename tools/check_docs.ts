/**
 * Checks what readers of the packages need: `deno doc --lint` is clean, every entry point has a
 * module doc with an example, every exported function and class has an example, and every package
 * has a README with its snippet, result, limits and next topic, whose formulas and pictures can be
 * seen where it is published.
 */
import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Member, readMembers, ROOT, runDeno } from "./workspace.ts";

interface JsDoc {
  doc?: string;
  tags?: { kind: string; doc?: string }[];
}

/** The part of `deno doc --json` that is read, for one entry point. */
export interface EntryDoc {
  /** The doc of the module itself. */
  module_doc?: JsDoc;
  /** The exported symbols. */
  symbols?: {
    name: string;
    declarations: { kind: string; jsDoc?: JsDoc; location: { filename: string } }[];
  }[];
}

const hasExample = (jsDoc: JsDoc | undefined): boolean =>
  [jsDoc?.doc, ...(jsDoc?.tags ?? []).map((tag) => tag.doc)].some((text) =>
    /^\s*```ts\b/m.test(text ?? "")
  );

/** What one entry point lacks. */
export function findMissingDocs(label: string, { module_doc, symbols }: EntryDoc): string[] {
  const faults: string[] = [];
  if (!module_doc?.tags?.some(({ kind }) => kind === "module")) {
    faults.push(`Cannot publish ${label} as an entry point starts with an @module doc: none found`);
  } else if (!hasExample(module_doc)) {
    faults.push(`Cannot publish ${label} as its module doc shows an example: no \`\`\`ts block`);
  }
  for (const { name, declarations } of symbols ?? []) {
    const needing = declarations.filter(({ kind, location }) =>
      (kind === "function" || kind === "class") && location.filename.startsWith("file:")
    );
    if (needing.length > 0 && !needing.some(({ jsDoc }) => hasExample(jsDoc))) {
      faults.push(`Cannot publish ${name} of ${label} as it needs an @example: no \`\`\`ts block`);
    }
  }
  return faults;
}

/** The parts of a package's README, each with the pattern that shows it is there. */
const README_PARTS: [string, RegExp][] = [
  ["a snippet in a ```ts block", /^```ts$/m],
  ["the result to expect, in a ```text block or under a heading", /^```text|^#+ .*\bresult/im],
  ["a heading about its limits", /^#+ .*\blimit/im],
  ["a line that names the next topic", /^(#+ |\*\*)?next\b/im],
];

/** What the README of a package lacks; `undefined` stands for a missing file. */
export function findMissingParts(name: string, readme: string | undefined): string[] {
  if (readme === undefined) return [`Cannot publish ${name} as it needs a README.md: none found`];
  const parts: [string, RegExp][] = [["a title with its name", new RegExp(`^# .*${name}`, "m")]];
  return [...parts, ...README_PARTS]
    .filter(([, pattern]) => !pattern.test(readme))
    .map(([part]) => `Cannot publish ${name} as its README.md needs ${part}: none found`);
}

/** What of a package's README cannot be seen on JSR and npm, which render no TeX. */
export function findUnseen(name: string, readme: string, dir: string): string[] {
  const prose = readme.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  const formulas = prose.match(/\$\$|\$[^$\n]+\$/) ?? [];
  const pictures = Array.from(prose.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g), ([, path]) => path);
  return [
    ...formulas.map((formula) =>
      `Cannot publish ${name} as formulas of its README.md must be plain text in code: current ${formula}`
    ),
    ...pictures.filter((path) => path.startsWith("../") || !existsSync(join(dir, path))).map((
      path,
    ) =>
      `Cannot publish ${name} as pictures of its README.md must be in the package: current ${path}`
    ),
  ];
}

async function checkEntry(label: string, path: string): Promise<string[]> {
  if (!existsSync(path)) return [`Cannot publish ${label} as its entry point is missing`];
  const { ok, stdout, stderr } = await runDeno(["doc", "--json", path]);
  if (!ok) return [`Cannot read the docs of ${label} as deno doc failed: ${stderr}`];
  const [doc] = Object.values(JSON.parse(stdout).nodes as Record<string, EntryDoc>);
  return findMissingDocs(label, doc);
}

/** Everything that the docs of the packages lack, without `deno doc --lint`. */
export async function checkDocs(members: Member[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, dir, exports } of members) {
    for (const [key, path] of Object.entries(exports)) {
      faults.push(...await checkEntry(join(name, key), path));
    }
    const readme = join(dir, "README.md");
    const text = existsSync(readme) ? Deno.readTextFileSync(readme) : undefined;
    faults.push(...findMissingParts(name, text), ...findUnseen(name, text ?? "", dir));
  }
  return faults;
}

if (import.meta.main) {
  const wanted = Deno.args.map((path) => basename(path));
  const members = readMembers().filter(({ dir }) =>
    wanted.length === 0 || wanted.includes(basename(dir))
  );
  const entries = members.flatMap(({ exports }) => Object.values(exports)).filter(existsSync);
  const paths = entries.map((path) => relative(ROOT, path));
  const lint = await runDeno(["doc", "--lint", ...paths]);
  if (!lint.ok) console.error(lint.stderr);
  const faults = await checkDocs(members);
  for (const fault of faults) console.error(fault);
  console.log(`${entries.length} entry points, ${faults.length} docs missing`);
  Deno.exit(lint.ok && faults.length === 0 ? 0 : 1);
}
