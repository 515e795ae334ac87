/** Runs programs on several processes. */

/** How a program ended, and what it wrote. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What all processes wrote to standard output. */
  readonly output: string;
  /** And to standard error. */
  readonly errors: string;
}

/** How it is run. */
export interface MpirunOptions {
  /** The launcher; `mpirun` of the path by default. */
  readonly launcher?: string;
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Variables by which Open MPI runs in containers, and more processes than there are processors. */
const OPEN_MPI = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_rmaps_base_oversubscribe: "1",
  OMPI_MCA_hwloc_base_binding_policy: "none",
  PRTE_ALLOW_RUN_AS_ROOT: "1",
  PRTE_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  PRTE_MCA_rmaps_default_mapping_policy: ":oversubscribe",
  PRTE_MCA_hwloc_default_binding_policy: "none",
};

/** Whether there is a launcher of MPI. Says so where there is none, as what needs it is then not tested. */
export const hasMpirun: boolean = await starts("mpirun");
if (!hasMpirun) {
  console.warn("WARNING: no mpirun is installed: training by several processes is NOT TESTED");
}

/** The launchers that there are, by the names under which Debian has several; one where there is one. */
export async function launchers(): Promise<string[]> {
  const names = ["mpirun.openmpi", "mpirun.mpich"], there = await Promise.all(names.map(starts));
  const found = names.filter((_, i) => there[i]);
  return found.length > 0 ? found : hasMpirun ? ["mpirun"] : [];
}

async function starts(launcher: string): Promise<boolean> {
  try {
    return (await new Deno.Command(launcher, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

/** Starts a program on so many processes. */
export function mpirun(
  ranks: number,
  program: URL,
  args: readonly string[] = [],
  { launcher = "mpirun", env = {} }: MpirunOptions = {},
): Deno.ChildProcess {
  const flags = ["--quiet", "--no-lock", "--no-check", "--no-prompt", "--allow-all"];
  return new Deno.Command(launcher, {
    args: [
      ...["-n", String(ranks), Deno.execPath(), "run", ...flags],
      ...[program.pathname, ...args],
    ],
    env: { NO_COLOR: "1", ...OPEN_MPI, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a program on so many processes, and waits for its end. */
export async function run(...args: Parameters<typeof mpirun>): Promise<Ended> {
  const { code, stdout, stderr } = await mpirun(...args).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll("\r", "");
  return { code, output: decode(stdout), errors: decode(stderr) };
}
