/** Which MPI there is: where its library is looked for, and which launcher started the program. */
import { MpiError } from "../errors.ts";

/** The libraries that are tried, by family. */
const NAMES: Readonly<Record<string, Readonly<Record<"Open MPI" | "MPICH", readonly string[]>>>> = {
  linux: {
    "Open MPI": ["libmpi.so.40"],
    MPICH: ["libmpich.so.12", "libmpi.so.12"],
  },
  darwin: {
    "Open MPI": [
      "libmpi.40.dylib",
      "/opt/homebrew/lib/libmpi.40.dylib",
      "/usr/local/lib/libmpi.40.dylib",
    ],
    MPICH: [
      "libmpi.12.dylib",
      "/opt/homebrew/lib/libmpi.12.dylib",
      "/usr/local/lib/libmpi.12.dylib",
    ],
  },
};

/** What a launcher told this process: of which family it is, and how many processes it has started. */
export interface Launch {
  /** The family; `undefined` where several have such a launcher. */
  readonly family: "Open MPI" | "MPICH" | undefined;
  /** How many processes. */
  readonly size: number;
  /** The number of this one. */
  readonly rank: number;
}

/** The variables by which launchers tell how many processes there are, and which one this is. */
const VARIABLES: readonly (readonly [size: string, rank: string, family: Launch["family"]])[] = [
  ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "Open MPI"],
  ["PMI_SIZE", "PMI_RANK", "MPICH"],
];

/** A variable of the environment, where reading it is allowed; nobody is asked. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}

/** What started this process, as far as it may be known; `undefined` for a program that was started alone. */
export function launchOf(
  read: (name: string) => string | undefined = variable,
): Launch | undefined {
  for (const [sizeName, rankName, family] of VARIABLES) {
    const size = Number(read(sizeName)), rank = Number(read(rankName));
    if (size > 0) return { family, size, rank };
  }
}

/** The libraries to try, those of the launcher's family first. */
export function candidates(
  launch: Launch | undefined,
  os: string = Deno.build.os,
  own: string | undefined = variable("NEURITE_MPI"),
): readonly string[] {
  if (own !== undefined) return [own];
  const { "Open MPI": open, MPICH: mpich } = NAMES[os] ?? NAMES.linux;
  return launch?.family === "MPICH" ? [...mpich, ...open] : [...open, ...mpich];
}

/** The first library that can be opened. Throws `MpiError` that says what to do where there is none. */
export function findLibrary(names: readonly string[]): string {
  const tried: string[] = [];
  for (const name of names) {
    try {
      Deno.dlopen(name, { MPI_Initialized: { parameters: ["buffer"], result: "i32" } }).close();
      return name;
    } catch (error) {
      tried.push(`${name}: ${(error as Error).message.split("\n", 1)[0]}`);
    }
  }
  throw new MpiError(
    "Cannot connect as an MPI library must be found and --allow-ffi be given: current " +
      `${
        tried.join("; ")
      }. On Debian: apt install openmpi-bin; on macOS: brew install open-mpi; or ` +
      "name a library by NEURITE_MPI",
  );
}
