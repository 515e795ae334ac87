/** A Python with PyTorch, for tests that compare with what it computes now. */

/** Fails where a module is not there. torchvision is only looked for: its compiled part may not fit. */
const MODULES =
  "import importlib.util as u, torch, safetensors.torch; assert u.find_spec('torchvision')";

/**
 * The interpreter that has PyTorch, torchvision and safetensors: `NEURITE_PYTHON`, else `python3`;
 * `undefined`, with a line that says so, where there is none.
 */
export function findPython(what: string): string | undefined {
  const python = Deno.env.get("NEURITE_PYTHON") ?? "python3";
  try {
    const { success } = new Deno.Command(python, { args: ["-c", MODULES] }).outputSync();
    if (success) return python;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.warn(
    `SKIPPED, as ${python} has no torch, torchvision and safetensors (NEURITE_PYTHON names a Python ` +
      `that has them): ${what}`,
  );
}

/** Runs a script of `tools/fixtures`; throws what it wrote where it fails. */
export async function runPython(python: string, script: string, args: string[]): Promise<void> {
  const path = new URL(`../../../tools/fixtures/${script}`, import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command(python, { args: [path, ...args] }).output();
  if (!success) throw new Error(`${script} failed: ${new TextDecoder().decode(stderr)}`);
}
