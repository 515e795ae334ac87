/** Runs a program in a process of its own, as a user's machine would. */

/** How a program ended and what it wrote. */
export interface Ended {
  /** Its exit code; `undefined` if it did not end in time and was killed. */
  code: number | undefined;
  /** What it wrote to the standard output. */
  output: string;
  /** What it wrote to the standard error. */
  errors: string;
}

/**
 * Runs the text of a module with the given flags of `deno run`, and with no permission that they do
 * not give. Relative imports are read as if the module stood in the package's folder.
 */
export async function run(source: string, ...flags: string[]): Promise<Ended> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--no-check", "--no-prompt", "--quiet", ...flags, "-"],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    process.kill();
  }, 20_000);
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  clearTimeout(timer);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: killed ? undefined : code, output: text(stdout), errors: text(stderr) };
}
