/**
 * Gives every package the same new version: `deno task version 0.2.0`. It stands in each package's
 * `deno.json` and in `packages/tensor/shared.ts`, by which copies in one process know each other.
 */
import { join } from "node:path";
import { readMembers, ROOT } from "./workspace.ts";

const FORM = /^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/;

/** The one place of `source` that `pattern` finds, with the version between its groups replaced. */
function replaced(path: string, source: string, pattern: RegExp, version: string): string {
  const found = source.match(new RegExp(pattern.source, "gm"))?.length ?? 0;
  if (found !== 1) {
    throw new Error(`Cannot set the version as ${path} must name it once: current ${found} times`);
  }
  return source.replace(pattern, `$1${version}$2`);
}

/** Writes the version everywhere; gives the files that changed. Nothing is written on an error. */
export function setVersion(version: string, root: string = ROOT): string[] {
  if (!FORM.test(version)) {
    throw new Error(
      `Cannot set the version as it must be of the form 1.2.3 or 1.2.3-beta.1: current ${version}`,
    );
  }
  const places: [string, RegExp][] = [
    ...readMembers(root).map(({ dir }): [string, RegExp] => [
      join(dir, "deno.json"),
      /^(\s*"version": ")[^"]*(")/m,
    ]),
    [join(root, "packages/tensor/shared.ts"), /^(export const VERSION = ")[^"]*(";)/m],
  ];
  const texts = places.map(([path, pattern]) => {
    const before = Deno.readTextFileSync(path);
    return { path, before, after: replaced(path, before, pattern, version) };
  });
  const changed = texts.filter(({ before, after }) => before !== after);
  for (const { path, after } of changed) Deno.writeTextFileSync(path, after);
  return changed.map(({ path }) => path);
}

if (import.meta.main) {
  const [version] = Deno.args;
  if (version === undefined) {
    console.error("Cannot set the version as one must be given: deno task version 0.2.0");
    Deno.exit(2);
  }
  for (const path of setVersion(version.replace(/^v/, ""))) console.log(path);
}
