/**
 * Gives the links and pictures of the packages' READMEs their whole addresses, so that they are found
 * from JSR and npm, which take a relative one as seen from the root of the repository. A workflow runs
 * it before it publishes; nobody commits what it writes.
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { readMembers, ROOT } from "./workspace.ts";

/** Where the files of a repository are seen, as GitHub tells its workflows. */
export interface Repository {
  /** `https://github.com`. */
  server: string;
  /** `owner/name`. */
  name: string;
  /** The tag or commit. */
  ref: string;
}

/** A README with whole addresses; `folder` is where it stands, from the root: `packages/rbf`. */
export function withAddresses(
  readme: string,
  folder: string,
  { server, name, ref }: Repository,
): string {
  const link = /(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;
  const code = /^(`{3,})[^]*?^\1|`[^`\n]*`(?!\])/gm;
  const prose = (text: string) =>
    text.replace(link, (whole, picture: string, words: string, path: string) => {
      if (/^(?:[a-z]+:|#)/.test(path)) return whole;
      const { pathname, hash } = new URL(path, `file:///${folder}/`);
      const kind = picture ? "raw" : "blob";
      return `${picture}[${words}](${server}/${name}/${kind}/${ref}${pathname}${hash})`;
    });
  let text = "", at = 0;
  for (const match of readme.matchAll(code)) {
    text += prose(readme.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return text + prose(readme.slice(at));
}

/** The repository of the workflow that runs this; `undefined` elsewhere. */
export function repositoryOf(
  env: { get(name: string): string | undefined },
): Repository | undefined {
  const [server, name, ref] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"]
    .map((variable) => env.get(variable));
  return server && name && ref ? { server, name, ref } : undefined;
}

if (import.meta.main) {
  const repository = repositoryOf(Deno.env);
  if (repository === undefined) {
    console.error("Cannot give READMEs addresses as GITHUB_REPOSITORY must be set: current none");
    Deno.exit(1);
  }
  for (const { dir } of readMembers(ROOT)) {
    const path = join(dir, "README.md");
    if (!existsSync(path)) continue;
    const readme = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, withAddresses(readme, `packages/${basename(dir)}`, repository));
  }
}
