/**
 * The examples: one file each in `examples/<chapter>/`. The doc comment at its top says in its
 * first line what it shows, and in a line `Permissions: --allow-read=data` what it may do. `$NAME`
 * in there is an environment variable; a path whose variable is not set falls away. What examples
 * share lies in `examples/common/`.
 */
import { basename, dirname, join } from "node:path";
import { listFiles, ROOT } from "./workspace.ts";

/** One example. */
export interface Example {
  /** As given to `deno task example`: `cnn/lenet5`. */
  name: string;
  /** Its file. */
  path: string;
  /** The first line of its doc comment. */
  title: string;
  /** The options that grant what it may do. */
  permissions: string[];
}

const EXPECTED =
  "the file to start with a doc comment: what it shows, and a line `Permissions: ...`";

/** One option with the environment filled in; nothing if none of its paths is left. */
function fillIn(option: string, env: (name: string) => string | undefined): string[] {
  const [flag, list] = option.split("=");
  if (list === undefined) return [flag];
  const paths = list.split(",").flatMap((path) => {
    const names = [...path.matchAll(/\$([A-Z_]+)/g)].map((match) => match[1]);
    if (names.some((name) => !env(name))) return [];
    return [path.replace(/\$([A-Z_]+)/g, (_, name) => env(name) ?? "")];
  });
  return paths.length > 0 ? [`${flag}=${paths.join(",")}`] : [];
}

/** Reads the header of an example. */
export function readHeader(
  source: string,
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Pick<Example, "title" | "permissions"> {
  const comment = source.match(/^(?:#!.*\n)?\s*\/\*\*([\s\S]*?)\*\//)?.[1];
  const lines = (comment ?? "").split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trim());
  const title = lines.find((line) => line !== "");
  const granted = lines.find((line) => line.startsWith("Permissions:"));
  if (title === undefined || granted === undefined) throw new Error(EXPECTED);
  const words = granted.slice("Permissions:".length).trim().replace(/^none\.?$/, "");
  const options = words.split(/\s+/).filter((word) => word !== "");
  const wrong = options.find((option) => !/^--allow-[a-z]+(=\S+)?$/.test(option));
  if (wrong !== undefined) throw new Error(`permissions like --allow-read=data: ${wrong}`);
  return { title, permissions: options.flatMap((option) => fillIn(option, env)) };
}

/** Every example, by name. Files deeper down or named `_test.ts` are parts of examples. */
export function readExamples(root: string = ROOT): Example[] {
  const dir = join(root, "examples");
  return listFiles(dir, (path) => path.endsWith(".ts") && !path.endsWith("_test.ts"))
    .filter((path) => dirname(dirname(path)) === dir && basename(dirname(path)) !== "common")
    .map((path) => {
      const name = `${basename(dirname(path))}/${basename(path, ".ts")}`;
      try {
        return { name, path, ...readHeader(Deno.readTextFileSync(path)) };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Cannot list the example ${name} as it needs ${reason}`);
      }
    });
}
