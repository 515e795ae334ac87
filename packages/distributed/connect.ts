/** Meeting the other processes. */
import { VERSION } from "@neurite/tensor/internal";
import { MpiError } from "./errors.ts";
import { agreedOn, endWithOthers, tellOnce } from "./ending.ts";
import { candidates, findLibrary, launchOf } from "./mpi/library.ts";
import { Mpi } from "./mpi/mpi.ts";
import { type World, worldOf } from "./world.ts";

/** Bytes in which a process says its version. */
const GREETING = 64;

let connected: World | undefined;

/**
 * Meets the processes that `mpirun` has started, by the MPI of this machine; a program that was started
 * alone is one rank of one. Calling it again gives the same.
 *
 * Libraries are looked for by their usual names, those of the launcher's family first: Open MPI 4 and 5
 * (`libmpi.so.40`), MPICH 4 and 5 and what keeps to their ABI (`libmpich.so.12`, `libmpi.so.12`). The
 * variable `NEURITE_MPI` names another file. Flags: `--allow-ffi`, and `--allow-env` so that
 * `NEURITE_MPI` and what the launcher says can be read.
 *
 * The process takes leave of the others when it ends; one that ends with an error ends all of them.
 *
 * @throws {MpiError} if there is no MPI, if it is another one than that of `mpirun`, or if the processes
 * run different versions of Neurite.
 *
 * @example
 * ```ts no-run
 * import { connect } from "@neurite/distributed";
 *
 * const world = await connect();
 * console.log(`rank ${world.rank} of ${world.size}`);
 * ```
 */
// deno-lint-ignore require-await -- errors are to reject the promise, and other platforms may have to wait
export async function connect(): Promise<World> {
  if (connected !== undefined) return connected;
  const launch = launchOf();
  tellOnce(launch?.rank ?? 0);
  if (typeof Deno === "undefined" || Deno.dlopen === undefined) {
    throw new MpiError("Cannot connect as MPI is called by Deno's FFI: current another runtime");
  }
  try {
    const library = findLibrary(candidates(launch)), mpi = new Mpi(library);
    if (launch !== undefined && launch.size !== mpi.size) {
      throw new MpiError(
        `Cannot connect as the MPI library must be that of the launcher: current ${mpi.version} ` +
          `(${library}), which knows of ${mpi.size} process, while the launcher` +
          `${
            launch.family === undefined ? "" : ` of ${launch.family}`
          } has started ${launch.size}. ` +
          "Start the program by the mpirun of that library, or name the launcher's library by NEURITE_MPI",
      );
    }
    greet(mpi);
    endWithOthers(mpi);
    return connected = worldOf(mpi);
  } catch (error) {
    // Every process comes to the same.
    throw agreedOn(error as Error);
  }
}

/** Refuses processes of different versions. */
function greet(mpi: Mpi): void {
  const all = new Uint8Array(GREETING * mpi.size);
  new TextEncoder().encodeInto(
    VERSION,
    all.subarray(GREETING * mpi.rank, GREETING * (mpi.rank + 1)),
  );
  mpi.allGather(all);
  const versions = Array.from({ length: mpi.size }, (_, rank) => {
    const bytes = all.subarray(GREETING * rank, GREETING * (rank + 1));
    return new TextDecoder().decode(bytes).replace(/\0+$/, "");
  });
  const other = versions.findIndex((version) => version !== versions[0]);
  if (other < 0) return;
  throw new MpiError(
    "Cannot connect as every rank must run the same version of Neurite: current " +
      `${versions[0]} on rank 0, ${versions[other]} on rank ${other}`,
  );
}
