/**
 * Builds the packages for npm: modules with their declarations, as `deno pack` and JSR make them,
 * completed by what a package of npm has: a description, the licence, pictures and the versions of
 * the other packages. `deno task npm` writes one tarball a package to `out/npm`, or to the folder
 * given; those are what the workflow publishes, and what `try_from_npm.ts` tests.
 */
import { join, relative, resolve } from "node:path";
import { kernelsFile, type KernelsKind } from "@neurite/tensor/internal";
import { createTar, parseTarGzip, type TarFileInput } from "npm:nanotar@0.3.0";
import { sideBySide } from "./side_by_side.ts";
import { listFiles, type Member, readMembers, ROOT, runDeno } from "./workspace.ts";

/** The `package.json` of a built package. */
export interface Manifest {
  /** Package name. */
  name: string;
  /** Package version. */
  version: string;
  /** Ranges of the packages that it needs, by name. */
  dependencies: Record<string, string>;
  /** Everything else. */
  [key: string]: unknown;
}

/** A package as npm knows it. */
export interface NpmPackage {
  /** Its `package.json`. */
  manifest: Manifest;
  /** The other files by their path in the package. */
  files: Map<string, Uint8Array>;
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const isModule = (path: string): boolean => /\.(js|d\.ts)$/.test(path);

/** Where a module imports a package of ours; texts may name them, too. */
const OURS = /(\b(?:from|import)\s*\(?\s*["'])@neurite\/([a-z0-9-]+)/g;

/** The first paragraph below the title of a README, without marks. */
export function descriptionOf(readme: string): string {
  const paragraph = readme.split(/\n\s*\n/).find((part) => /^(?!```)[^#!|<\s]/.test(part)) ?? "";
  const text = paragraph.replace(/\s+/g, " ").replace(/\[([^\]]*)\]\([^)]*\)|[*_`]/g, "$1").trim();
  return text.match(/^.*?[.:](?=\s|$)/)?.[0].replace(/:$/, ".") ?? text;
}

/** The files beside the modules: the README, pictures, and the licence of the workspace. */
function besides(dir: string, root: string): [string, Uint8Array][] {
  const pictures = listFiles(join(dir, "pictures"), () => true);
  const paths = [join(dir, "README.md"), ...pictures].map((path) => [relative(dir, path), path]);
  return [...paths, ["LICENSE", join(root, "LICENSE")]]
    .map(([name, path]) => [name.replaceAll("\\", "/"), Deno.readFileSync(path)]);
}

/** The repository, where a workflow builds the packages: npm compares it with the provenance. */
function repository(): Record<string, unknown> {
  const [server, name] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY"].map((key) => Deno.env.get(key));
  return server && name ? { repository: { type: "git", url: `git+${server}/${name}.git` } } : {};
}

/** Builds one package. */
export async function build(
  member: Member,
  members: Member[],
  root: string = ROOT,
): Promise<NpmPackage> {
  const packed = await Deno.makeTempFile({ suffix: ".tgz" });
  try {
    const { ok, stderr } = await runDeno(
      ["pack", "--allow-dirty", "--no-source-maps", "--output", packed],
      { cwd: member.dir },
    );
    if (!ok) throw new Error(`Cannot build ${member.name} as deno pack fails:\n${stderr}`);
    const entries = (await parseTarGzip(await Deno.readFile(packed)))
      .flatMap(({ name, data }): [string, Uint8Array][] =>
        data ? [[name.replace(/^package\//, ""), data]] : []
      );
    const files = new Map([...entries, ...besides(member.dir, root), ...kernelFiles(entries)]);
    const made: Manifest = JSON.parse(decode(files.get("package.json")!));
    files.delete("package.json");
    return { manifest: complete(made, files, members), files };
  } finally {
    await Deno.remove(packed);
  }
}

/** Where the packed kernels stand, in the package that has them. */
const KERNELS = "backends/wasm/module.js";

/**
 * The kernels as files, for bundlers and for platforms that compile nothing at run time: with SIMD and with
 * relaxed SIMD, each without and with shared memory.
 */
function kernelFiles(entries: [string, Uint8Array][]): [string, Uint8Array][] {
  const source = entries.find(([path]) => path === KERNELS)?.[1];
  if (source === undefined) return [];
  const [BASELINE, RELAXED] = ["BASELINE", "RELAXED"].map((name) =>
    decode(source).match(new RegExp(`${name} = "([^"]+)"`))![1]
  );
  return Object.entries(KERNEL_FILES)
    .map(([name, kind]) => [name, kernelsFile({ BASELINE, RELAXED }, kind)]);
}

/** Their names. */
const KERNEL_FILES: Readonly<Record<string, KernelsKind>> = {
  "kernels.wasm": { simd: "simd128", shared: false },
  "kernels_shared.wasm": { simd: "simd128", shared: true },
  "kernels_relaxed.wasm": { simd: "relaxed", shared: false },
  "kernels_relaxed_shared.wasm": { simd: "relaxed", shared: true },
};

/**
 * Modules that a bundler keeps even where nothing of theirs is used: those that register layers, kernels or
 * backends when they are imported, the entries, and what lies between. Others are kept where they are used.
 */
function sideEffects(files: NpmPackage["files"], made: Manifest): string[] | false {
  const modules = new Map(
    [...files].filter(([path]) => path.endsWith(".js"))
      .map(([path, bytes]) => [`./${path}`, decode(bytes).replace(/\/\*[\s\S]*?\*\//g, "")]),
  );
  const acting = new Set([...modules.keys()].filter((path) => acts(modules.get(path)!)));
  if (acting.size === 0) return false;
  for (const entry of Object.values(made.exports as Record<string, string | { default: string }>)) {
    acting.add(typeof entry === "string" ? entry : entry.default);
  }
  // A module that only hands on leads to those that act.
  for (let before = 0; before < acting.size;) {
    before = acting.size;
    for (const [path, code] of modules) {
      if (!/^(?!export\b.* from|export \{|\s|\}|$)/m.test(code) && leadsTo(path, code, acting)) {
        acting.add(path);
      }
    }
  }
  return [...acting].sort();
}

/** Whether a module imports one of these. */
function leadsTo(path: string, code: string, modules: ReadonlySet<string>): boolean {
  return [...code.matchAll(/from "(\.[^"]+)"/g)].some(([, to]) =>
    modules.has(new URL(to, `file:///${path}`).pathname.replace(/^/, "."))
  );
}

/** Whether a statement at the top of a module calls something, or assigns to what is not its own. */
function acts(code: string): boolean {
  return /^[a-zA-Z_$][\w$.]*(\(| = )/m.test(code) || /^if \(/m.test(code);
}

/** Adds what `deno pack` leaves out: the other packages of the workspace, and words about this one. */
function complete(made: Manifest, files: NpmPackage["files"], members: Member[]): Manifest {
  const modules = [...files].filter(([path]) => isModule(path)).map(([, bytes]) => decode(bytes));
  const names = modules.map((text) => text.replace(/\/\*[\s\S]*?\*\//g, "")) // examples import, too
    .flatMap((code) => [...code.matchAll(OURS)].map(([, , name]) => name));
  const ours = [...new Set(names)].sort().map((short) => {
    const found = members.find(({ name }) => name === `@neurite/${short}`);
    if (!found) throw new Error(`Cannot build ${made.name} as there is no package: ${short}`);
    return [found.name, `^${found.version}`];
  }).filter(([name]) => name !== made.name);
  return {
    ...made,
    description: descriptionOf(decode(files.get("README.md") ?? new Uint8Array())),
    keywords: ["deep-learning", "machine-learning", "neural-network", "typescript"],
    ...repository(),
    engines: { node: ">=20.16" },
    sideEffects: sideEffects(files, made),
    exports: { ...made.exports as object, ...kernelExports(files) },
    dependencies: { ...Object.fromEntries(ours), ...made.dependencies },
  };
}

/** The kernels as entries of the package. */
function kernelExports(files: NpmPackage["files"]): Record<string, string> {
  return Object.fromEntries(
    Object.keys(KERNEL_FILES).filter((name) => files.has(name)).map((name) => [
      `./${name}`,
      `./${name}`,
    ]),
  );
}

/** The form in which JSR gives the same package to npm: `@jsr/neurite__nn`. */
export function asJsr({ manifest, files }: NpmPackage): NpmPackage {
  const nameOf = (name: string): string => name.replace(/^@neurite\//, "@jsr/neurite__");
  const renamed = [...files].map(([path, bytes]): [string, Uint8Array] => {
    if (!isModule(path)) return [path, bytes];
    return [path, encode(decode(bytes).replace(OURS, "$1@jsr/neurite__$2"))];
  });
  const dependencies = Object.entries(manifest.dependencies)
    .map(([name, range]) => [nameOf(name), range]);
  return {
    manifest: {
      ...manifest,
      name: nameOf(manifest.name),
      dependencies: Object.fromEntries(dependencies),
    },
    files: new Map(renamed),
  };
}

/** A package as the archive that npm installs. */
export async function tarballOf({ manifest, files }: NpmPackage): Promise<Uint8Array<ArrayBuffer>> {
  const contents: TarFileInput[] = [
    { name: "package/package.json", data: encode(JSON.stringify(manifest, null, 2) + "\n") },
    ...[...files].map(([name, data]) => ({ name: `package/${name}`, data })),
  ];
  // The end is two empty blocks, which nanotar writes only where they fit its last record.
  const whole = new Blob([new Uint8Array(createTar(contents)), new Uint8Array(1024)]);
  return await new Response(whole.stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

/** The name that `npm pack` gives to an archive: `neurite-nn-0.1.0.tgz`. */
export function fileNameOf({ name, version }: Manifest): string {
  return `${name.replace("@", "").replaceAll("/", "-")}-${version}.tgz`;
}

/** Builds every package of a workspace; most of the time is one type check each. */
export function buildAll(root: string = ROOT): Promise<NpmPackage[]> {
  const members = readMembers(root);
  return sideBySide(members, (member) => build(member, members, root));
}

if (import.meta.main) {
  const out = resolve(Deno.args[0] ?? join(ROOT, "out/npm"));
  await Deno.mkdir(out, { recursive: true });
  for (const made of await buildAll()) {
    const name = fileNameOf(made.manifest), bytes = await tarballOf(made);
    await Deno.writeFile(join(out, name), bytes);
    console.log(`${name}  ${(bytes.length / 1e3).toFixed(0)} KB`);
  }
}
