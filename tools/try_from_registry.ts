/**
 * Publishes every package with the real `deno publish` to a registry that lives on this machine,
 * then uses each of them as a stranger would: in another folder, with an empty cache, imported as
 * `jsr:@neurite/...`, its README's first snippet run with the permissions that the README names.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { tryOut } from "./check_readmes.ts";
import { readSnippets } from "./readme.ts";
import { Registry } from "./registry.ts";
import { type Member, readConfig, readMembers, ROOT, runDeno } from "./workspace.ts";

/** A temporary folder that goes away with its owner. */
class Folder implements Disposable {
  readonly path: string = Deno.makeTempDirSync();

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** The folder in which this Deno keeps npm packages. */
async function npmCache(): Promise<string> {
  const { stdout } = await runDeno(["info", "--json"]);
  return JSON.parse(stdout).npmCache;
}

/** The assertions, for snippets that check what they show. */
function addStandIn(registry: Registry): void {
  const [, version] = readConfig(ROOT).imports?.["@std/assert"].split("@").slice(-2) ?? [];
  const names = ["assert.ts", "equal.ts"];
  const files = names.map((name): [string, string] => [
    `/${name}`,
    Deno.readTextFileSync(join(ROOT, "tools/offline", name)),
  ]);
  registry.add("@std/assert", version, { ".": "./assert.ts" }, new Map(files));
}

/** An empty cache of Deno, but for the npm packages that this machine has. */
function emptyCache(npm: string): Folder {
  const cache = new Folder();
  if (existsSync(npm)) Deno.symlinkSync(npm, join(cache.path, "npm"), { type: "dir" });
  return cache;
}

/** Publishes the workspace at `root`; says what went wrong, if anything. */
export async function publish(registry: Registry, root: string, npm: string): Promise<string> {
  using cache = emptyCache(npm);
  const { ok, stderr } = await runDeno(
    ["publish", "--token", "none", "--allow-dirty", "--no-check", "--no-provenance"],
    { cwd: root, env: { JSR_URL: registry.url, DENO_DIR: cache.path } },
  );
  return ok ? "" : stderr;
}

/** The project of somebody who uses `member`: a `deno.json` and the npm part of a lock file. */
function writeProject(dir: string, members: Member[], root: string): void {
  const jsr = members.map(({ name, version }) => [name, `jsr:${name}@^${version}`]);
  const assertions = ["@std/assert", readConfig(ROOT).imports?.["@std/assert"]];
  const imports = Object.fromEntries([...jsr, assertions]);
  Deno.writeTextFileSync(join(dir, "deno.json"), JSON.stringify({ imports }));
  const lockPath = join(root, "deno.lock");
  if (!existsSync(lockPath)) return;
  const { version, specifiers, npm } = JSON.parse(Deno.readTextFileSync(lockPath));
  const kept = Object.entries(specifiers).filter(([name]) => name.startsWith("npm:"));
  const lock = { version, specifiers: Object.fromEntries(kept), npm };
  Deno.writeTextFileSync(join(dir, "deno.lock"), JSON.stringify(lock));
}

/** Uses one published package; says what went wrong, if anything. */
export async function use(
  member: Member,
  members: Member[],
  registry: Registry,
  root: string,
  npm: string,
): Promise<string | undefined> {
  using project = new Folder();
  using cache = emptyCache(npm);
  writeProject(project.path, members, root);
  const options = ["--config", join(project.path, "deno.json"), "--min-dep-age=0"];
  const env = { JSR_URL: registry.url, DENO_DIR: cache.path };
  for (const key of Object.keys(member.exports)) {
    const specifier = `jsr:${member.name}@^${member.version}${key.slice(1)}`;
    const code = `import ${JSON.stringify(specifier)};\n`;
    const fault = await tryOut({ line: 1, code, permissions: [] }, options, env);
    if (fault) return `import ${specifier}: ${fault}`;
  }
  const readme = join(member.dir, "README.md");
  const [snippet] = existsSync(readme) ? readSnippets(Deno.readTextFileSync(readme)) : [];
  if (!snippet) return "its README.md has no snippet";
  const fault = await tryOut(snippet, options, env);
  return fault && `README.md:${snippet.line}: ${fault}`;
}

/** Checks what the published types must take and refuse; says what went wrong, if anything. */
async function checkTypes(
  members: Member[],
  registry: Registry,
  root: string,
  npm: string,
): Promise<string | undefined> {
  using project = new Folder();
  using cache = emptyCache(npm);
  writeProject(project.path, members, root);
  return await tryOut(
    { line: 1, code: Deno.readTextFileSync(join(root, TYPES)), permissions: [] },
    ["--config", join(project.path, "deno.json"), "--min-dep-age=0"],
    { JSR_URL: registry.url, DENO_DIR: cache.path },
  );
}

/** Where it is written what published types must take and refuse. */
const TYPES = "tools/published/types.ts";

/** JSR takes no more than this for one package. */
const MAX_BYTES = 20e6;

/** What publishing passes on as it stands, and what then fails where. */
const UNPUBLISHABLE: [RegExp, string][] = [
  [/^\s*(?:await\s+)?using\s+\w+\s*=/m, "Node 20 and 22 cannot parse `using`"],
  [
    /^\s*\/\/\s*@ts-types="(?!npm:)/m,
    "types behind an alias are lost for those who import the package",
  ],
  [/\bnew Function\(/, "strict pages refuse to compile code at run time"],
];

/** What is wrong with the files that a package publishes, if anything. */
function faultInFiles({ name, version }: Member, registry: Registry): string | undefined {
  const files = registry.filesOf(name, version), text = new TextDecoder();
  if (files.size === 0) return "the registry has not received it";
  const test = [...files.keys()].find((path) => /_(test|bench)\.ts$/.test(path));
  if (test) return `publish.exclude in its deno.json must leave out tests: ${test}`;
  for (const [path, bytes] of files) {
    if (!path.endsWith(".ts")) continue;
    const source = text.decode(bytes), found = UNPUBLISHABLE.find(([form]) => form.test(source));
    if (found) return `${found[1]}: ${path}`;
  }
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return bytes > MAX_BYTES ? `it may have ${MAX_BYTES} bytes: ${bytes}` : undefined;
}

/** Publishes and uses the packages of a workspace; returns a line for each, and the faults. */
export async function tryAll(root: string): Promise<{ fine: string[]; faults: string[] }> {
  const members = readMembers(root);
  const npm = await npmCache();
  await using registry = new Registry();
  addStandIn(registry);
  const fault = await publish(registry, root, npm);
  if (fault) return { fine: [], faults: [`Cannot publish the workspace as deno fails:\n${fault}`] };
  const fine: string[] = [];
  const faults: string[] = [];
  for (const member of members) {
    const label = `${member.name}@${member.version}`;
    const problem = faultInFiles(member, registry) ??
      await use(member, members, registry, root, npm);
    if (problem) faults.push(`Cannot use ${label} from a registry as ${problem}`);
    else fine.push(label);
  }
  if (existsSync(join(root, TYPES))) {
    const problem = await checkTypes(members, registry, root, npm);
    if (problem) faults.push(`Cannot use the published types as ${problem}`);
    else fine.push(TYPES);
  }
  return { fine, faults };
}

if (import.meta.main) {
  const { fine, faults } = await tryAll(ROOT);
  for (const line of fine) console.log(`${line} ok`);
  for (const line of faults) console.error(line);
  console.log(`${fine.length} passed, ${faults.length} failed`);
  Deno.exit(faults.length > 0 ? 1 : 0);
}
