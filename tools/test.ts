/**
 * Runs the tests, the examples in doc comments and, among the tests of the tools, the snippets of the
 * READMEs: `deno task test [options of deno test] [files and folders]`. Types are checked by one
 * call first, unless `--no-check` is given.
 */
import { jsrAnswers, OFFLINE } from "./std.ts";
import { ROOT } from "./workspace.ts";

const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-run", "--allow-ffi"],
  "--allow-net=127.0.0.1,localhost",
];

/** The file that runs the examples of the paths given to it. */
const EXAMPLES = "tools/doc_examples_test.ts";

/** The commands that test: the check of types, if wanted, and the tests. */
export function commandsOf(args: string[], std: string[]): string[][] {
  const options = args.filter((arg) => arg.startsWith("-") && arg !== "--no-check");
  const paths = args.filter((arg) => !arg.startsWith("-"));
  const check = ["check", "--quiet", "--doc", ...std, ...paths];
  const files = paths.length > 0 ? [...paths, EXAMPLES] : [];
  return [
    ...args.includes("--no-check") ? [] : [check],
    // Several files at once, so no test may change what belongs to the whole process.
    [
      "test",
      "--parallel",
      "--no-check",
      ...PERMISSIONS,
      ...std,
      ...options,
      ...files,
      "--",
      ...paths,
    ],
  ];
}

if (import.meta.main) {
  const std = await jsrAnswers(Deno.env.get("JSR_URL") ?? "https://jsr.io/") ? [] : [OFFLINE];
  for (const args of commandsOf(Deno.args, std)) {
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
    if (code !== 0) Deno.exit(code);
  }
}
