/** Starting an example on several processes. */

/**
 * Runs an example again, on so many processes of this machine, with the arguments it was given but for
 * `--ranks`; returns its exit code. Needs `mpirun` of Open MPI or MPICH.
 */
export async function mpirun(ranks: number, example: string): Promise<number> {
  const args = Deno.args.filter((arg, i) =>
    !/^--ranks(=|$)/.test(arg) && Deno.args[i - 1] !== "--ranks"
  );
  const open = await version().then((text) => /Open MPI|Open RTE/.test(text));
  // More processes than processors may be asked for, and in a container by the only user there is.
  const own = open ? ["--oversubscribe", "--bind-to", "none"] : [];
  const root = open && Deno.uid() === 0 ? ["--allow-run-as-root"] : [];
  const { code } = await new Deno.Command("mpirun", {
    args: [
      ...["-n", String(ranks), ...own, ...root],
      ...[Deno.execPath(), "run", "--allow-all", new URL(example).pathname, ...args],
    ],
  }).spawn().status;
  return code;
}

/** What `mpirun` says of itself; where there is none, the program ends. */
async function version(): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("mpirun", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    console.error(
      "Cannot start several processes as mpirun must be installed: current not found. On Debian: " +
        "apt install openmpi-bin; on macOS: brew install open-mpi",
    );
    Deno.exit(1);
  }
}
