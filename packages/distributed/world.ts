/** All processes of a program, and what they do together. */
import { BackendError, DTypeError, mul, Tensor, tensor, tidy } from "@neurite/tensor";
import { checkOneOf, valuesInPlace } from "@neurite/tensor/internal";
import type { Mpi, Numbers } from "./mpi/mpi.ts";

/** How numbers of all ranks are put together. */
export type Reduction = "sum" | "mean" | "max";

const REDUCTIONS: readonly Reduction[] = ["sum", "mean", "max"];

/** Makes the world of an MPI that was started. */
export let worldOf: (mpi: Mpi) => World;

/** The functions of MPI beneath a world. */
export let mpiOf: (world: World) => Mpi;

/**
 * The processes that `mpirun` has started, numbered as ranks; made by `connect`. Each method is called
 * by every rank, in the same order, with as many numbers; otherwise they wait for each other, as in
 * any program of MPI. Tensors are changed in place, on `wasm` and `blas` without a copy.
 *
 * @example The mean over all ranks
 * ```ts no-run
 * import { connect } from "@neurite/distributed";
 * import { tensor } from "@neurite/tensor";
 *
 * const world = await connect();
 * const x = world.allReduce(tensor([world.rank]), "mean");
 * console.log(x.array()); // [0.5] on two ranks
 * ```
 */
export class World {
  static {
    worldOf = (mpi) => new World(mpi);
    mpiOf = (world) => world.#mpi;
  }
  readonly #mpi: Mpi;

  private constructor(mpi: Mpi) {
    this.#mpi = mpi;
  }

  /** The number of this process, from 0 on. */
  get rank(): number {
    return this.#mpi.rank;
  }

  /** How many processes there are. */
  get size(): number {
    return this.#mpi.size;
  }

  /** What the MPI library says of itself, such as `Open MPI v4.1.4`. */
  get library(): string {
    return this.#mpi.version;
  }

  /** Gives every rank the values of rank `root`, in place. */
  broadcast<T extends Tensor | Numbers>(x: T, root = 0): T {
    if (!(Number.isInteger(root) && root >= 0 && root < this.size)) {
      throw new RangeError(
        `Cannot broadcast as root must be one of the ranks, 0 to ${this.size - 1}: current ${root}`,
      );
    }
    return inPlace("broadcast", x, (numbers) => this.#mpi.broadcast(numbers, root));
  }

  /**
   * Gives every rank the sum over all ranks, their mean, or the largest, of the numbers at each place,
   * in place: `x_i = sum_r x_i(r)`. The results are the same to the bit on every rank.
   *
   * @throws {DTypeError} for the mean of integers.
   */
  allReduce<T extends Tensor | Numbers>(x: T, operation: Reduction = "sum"): T {
    checkOneOf("reduce over all ranks", "operation", operation, REDUCTIONS);
    const reduction = operation === "max" ? "max" : "sum";
    if (operation === "mean" && !isFloat(x)) {
      throw new DTypeError(
        "Cannot take a mean over all ranks as the numbers must be floating point: current integers",
      );
    }
    inPlace("reduce over all ranks", x, (numbers) => this.#mpi.allReduce(numbers, reduction));
    if (operation !== "mean" || this.size === 1) return x;
    if (x instanceof Tensor) tidy(() => x.assign(mul(x, 1 / this.size)));
    else for (let i = 0; i < x.length; i++) x[i] /= this.size;
    return x;
  }

  /** The values of all ranks, one rank after the other: `[size, ...]` of a tensor. */
  allGather<T extends Tensor | Numbers>(x: T): T {
    const own: Numbers = x instanceof Tensor ? read("gather from all ranks", x) : x as Numbers;
    const Kind = own.constructor as new (length: number) => Numbers;
    const all = new Kind(own.length * this.size);
    all.set(own, own.length * this.rank);
    this.#mpi.allGather(all);
    if (!(x instanceof Tensor)) return all as T;
    const shape = [this.size, ...x.shape], { dtype } = x;
    return tensor(all as Float32Array | Int32Array, { shape, dtype }) as T;
  }

  /** Waits until every rank is here. */
  barrier(): void {
    this.#mpi.barrier();
  }
}

function isFloat(x: Tensor | Numbers): boolean {
  if (x instanceof Tensor) return x.dtype === "float32";
  return x instanceof Float32Array || x instanceof Float64Array;
}

/** Lets MPI work on numbers where they are, or on a copy where the host does not see them. */
function inPlace<T extends Tensor | Numbers>(
  action: string,
  x: T,
  work: (numbers: Numbers) => void,
): T {
  if (!(x instanceof Tensor)) {
    work(x);
    return x;
  }
  const values = valuesInPlace(x);
  if (values !== undefined) {
    work(values);
    return x;
  }
  const copy = read(action, x);
  work(copy);
  x.overwrite(copy);
  return x;
}

/** The values of a tensor, on a backend that can be read at once. */
function read(action: string, x: Tensor): Float32Array | Int32Array {
  if (x.backend.synchronous) return x.dataSync();
  throw new BackendError(
    `Cannot ${action} as the backend must be one that is read at once: current "${x.backend.name}"`,
    ["wasm", "blas", "reference", "tfjs"],
  );
}
