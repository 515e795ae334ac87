/** A Python with other libraries, for tests that compare with what they compute now. */

/**
 * The interpreter that can run `imports`: `NEURITE_PYTHON`, else `python3`; `undefined`, with a line that
 * says so, where there is none.
 */
export function findPython(imports: string, what: string): string | undefined {
  const python = Deno.env.get("NEURITE_PYTHON") ?? "python3";
  try {
    const { success } = new Deno.Command(python, { args: ["-c", imports] }).outputSync();
    if (success) return python;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.warn(
    `SKIPPED, as ${python} cannot run "${imports}" (NEURITE_PYTHON names a Python that can): ${what}`,
  );
}

/** Runs a script of `tools/fixtures`; throws what it wrote where it fails. */
export async function runPython(python: string, script: string, args: string[]): Promise<void> {
  const path = new URL(`../tools/fixtures/${script}`, import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command(python, { args: [path, ...args] }).output();
  if (!success) throw new Error(`${script} failed: ${new TextDecoder().decode(stderr)}`);
}
