/**
 * Builds the packages for npm, publishes them to a registry that lives on this machine, installs
 * them as strangers do, and runs the first snippet of every README on each runtime: under the
 * names `@neurite/...`, and under `@jsr/neurite__...` with the aliases that `npx jsr add` makes,
 * of which npm and Bun install two copies of what two packages share. Types are checked strictly,
 * those of dependencies, too. Node refuses to compile code at run time, as strict pages do.
 */
import { join } from "node:path";
import { asJsr, buildAll, type NpmPackage } from "./npm.ts";
import { NpmRegistry } from "./npm_registry.ts";
import { readSnippets } from "./readme.ts";
import { sideBySide } from "./side_by_side.ts";
import { installRuntimes, type Runtimes } from "./runtimes.ts";
import { type Member, readMembers, ROOT } from "./workspace.ts";

/** How long one command may take. */
const PATIENCE_MS = 120_000;

/** How npm, pnpm or Bun installs the packages into a project, and what then runs the programs. */
interface Project {
  /** What the table says. */
  name: string;
  /** Whether the packages are those of JSR. */
  jsr: boolean;
  /** The command that installs what `package.json` names. */
  install: string[];
  /** The commands that run a program, by the runtime's name. */
  runtimes: Record<string, string[]>;
  /** How TypeScript finds modules, where types are checked; the programs are made in any case. */
  types?: "nodenext" | "bundler";
}

/** One check: what was tried, and what went wrong, if anything. */
export interface Trial {
  /** What was tried. */
  label: string;
  /** What went wrong. */
  fault?: string | undefined;
}

/** Everything that is tried: each runtime, each way to install, each form, but not all of all. */
function projectsOf({ node, bun, tools }: Runtimes): Project[] {
  const strict = (program: string) => [program, "--disallow-code-generation-from-strings"];
  const nodes = Object.entries(node)
    .map(([major, program]): [string, string[]] => [`Node ${major}`, strict(program)]);
  const newest = Object.values(node).at(-1)!;
  const options = ["install", "--ignore-scripts", "--prefer-offline"];
  const npm = [newest, tools.npm, ...options, "--no-audit", "--no-fund"];
  return [
    {
      name: "npm",
      jsr: false,
      install: npm,
      runtimes: Object.fromEntries(nodes),
      types: "nodenext",
    },
    {
      name: "npm of JSR",
      jsr: true,
      install: npm,
      runtimes: Object.fromEntries(nodes.slice(-1)),
      types: "bundler",
    },
    {
      name: "pnpm of JSR",
      jsr: true,
      install: [newest, tools.pnpm, ...options],
      runtimes: Object.fromEntries(nodes.slice(1, 2)),
    },
    {
      name: "Bun of JSR",
      jsr: true,
      install: [bun, "install", "--ignore-scripts"],
      runtimes: { Bun: [bun] },
    },
  ];
}

/** Runs a command; says what went wrong, if anything, and what was printed. */
async function run(
  [program, ...args]: string[],
  cwd: string,
): Promise<{ fault?: string; stdout: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", CI: "true" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).output();
  const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return success ? { stdout: texts[0] } : { stdout: texts[0], fault: texts.join("") };
}

/** The words and numbers of a print: runtimes lay out arrays and objects in their own ways. */
export function wordsOf(print: string): string {
  return print.split(/[\s[\](){},:"'`]+/).filter((word) => word !== "").join(" ");
}

/** The programs, by the name of the package whose README shows them. */
function programsOf(members: Member[]): Map<string, { code: string; prints?: string | undefined }> {
  return new Map(members.map((member) => {
    const [snippet] = readSnippets(Deno.readTextFileSync(join(member.dir, "README.md")));
    return [member.name.slice("@neurite/".length), snippet];
  }));
}

/** A program that imports every entry point. */
function importsOf(members: Member[]): string {
  const specifiers = members.flatMap(({ name, exports }) =>
    Object.keys(exports).map((key) => name + key.slice(1))
  );
  return specifiers.map((one) => `import ${JSON.stringify(one)};\n`).join("");
}

const RESOLUTIONS = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
  none: { module: "esnext", moduleResolution: "bundler", noCheck: true },
};

/** As strict as TypeScript can be made, dependencies included. */
const TSCONFIG = {
  target: "es2022",
  lib: ["es2023", "dom", "esnext.disposable"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
};

/** Writes the project of somebody who uses all packages. */
function writeProject(dir: string, project: Project, members: Member[], registry: string): void {
  const dependencies = members.map(({ name, version }) => [
    name,
    project.jsr ? `npm:@jsr/neurite__${name.slice("@neurite/".length)}@^${version}` : `^${version}`,
  ]);
  const write = (name: string, text: string) => Deno.writeTextFileSync(join(dir, name), text);
  write(
    "package.json",
    JSON.stringify({
      name: "project",
      private: true,
      type: "module",
      dependencies: Object.fromEntries(dependencies),
    }),
  );
  write(".npmrc", `@neurite:registry=${registry}\n@jsr:registry=${registry}\n`);
  write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: { ...TSCONFIG, ...RESOLUTIONS[project.types ?? "none"] },
      files: [...programsOf(members).keys(), "imports", "types"].map((name) => `${name}.ts`),
    }),
  );
  for (const [name, { code }] of programsOf(members)) write(`${name}.ts`, code);
  write("imports.ts", importsOf(members));
  write("types.ts", Deno.readTextFileSync(join(ROOT, "tools/published/types.ts")));
}

/** Installs one project, checks its types and runs its programs. */
async function tryProject(
  dir: string,
  project: Project,
  members: Member[],
  registry: string,
  { node, tools }: Runtimes,
): Promise<Trial[]> {
  writeProject(dir, project, members, registry);
  const installed = await run(project.install, dir);
  const trials: Trial[] = [{ label: `${project.name}: install`, fault: installed.fault }];
  if (installed.fault) return trials;
  const compiled = await run([Object.values(node).at(-1)!, tools.typescript, "-p", "."], dir);
  const what = project.types ? `types, ${project.types}` : "programs";
  trials.push({ label: `${project.name}: ${what}`, fault: compiled.fault });
  const programs = new Map(programsOf(members)).set("imports", { code: "" });
  for (const [runtime, command] of Object.entries(project.runtimes)) {
    for (const [name, { prints }] of programs) {
      const { stdout, fault } = await run([...command, `${name}.js`], dir);
      const other = !fault && prints !== undefined && !sameWords(prints, stdout);
      trials.push({
        label: `${project.name}: ${name} in ${runtime}`,
        fault: other ? `it prints something else:\n${stdout}instead of:\n${prints}` : fault,
      });
    }
  }
  return trials;
}

/** Whether a program prints the words that the README says; `...` stands for anything. */
function sameWords(said: string, printed: string): boolean {
  const parts = said.split(/\.\.\.|…/).map((part) => RegExp.escape(wordsOf(part)));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(wordsOf(printed));
}

/** Builds, installs and tries everything. */
export async function tryAll(root: string = ROOT): Promise<Trial[]> {
  const members = readMembers(root), dir = await Deno.makeTempDir();
  try {
    const home = join(dir, "runtimes");
    Deno.mkdirSync(home);
    const [runtimes, built] = await Promise.all([installRuntimes(home), buildAll(root)]);
    await using registry = new NpmRegistry();
    const all: NpmPackage[] = [...built, ...built.map(asJsr)];
    for (const made of all) await registry.add(made);
    const trials = await sideBySide(projectsOf(runtimes), (project) => {
      const home = join(dir, project.name.replaceAll(" ", "-"));
      Deno.mkdirSync(home);
      return tryProject(home, project, members, registry.url, runtimes);
    });
    return trials.flat();
  } catch (error) {
    return [{ label: "the published form on npm", fault: String(error) }];
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

if (import.meta.main) {
  const trials = await tryAll();
  for (const { label, fault } of trials) {
    if (fault === undefined) console.log(`${label} ok`);
    else console.error(`Cannot use the published form (${label}) as it fails:\n${fault}`);
  }
  const failed = trials.filter(({ fault }) => fault !== undefined).length;
  console.log(`${trials.length - failed} passed, ${failed} failed`);
  Deno.exit(failed > 0 ? 1 : 0);
}
