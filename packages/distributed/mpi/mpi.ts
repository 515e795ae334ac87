/** The functions of MPI that a training needs, by FFI, on numbers where they are. */
import { MpiError } from "../errors.ts";
import { type Constants, type Flavour, flavourOf, type Handle } from "./abi.ts";

/** Numbers that MPI works on in place. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** How numbers of several processes are put together. */
export type Operation = "sum" | "max";

/** The most bytes of a text of MPI's: its longest is that of its version. */
const TEXT = 8192;

/** The most elements of one call, which counts them by 32 bits. */
const MOST = 2 ** 30;

/**
 * The most elements that are reduced at once, 16 MiB: the pieces of a large message stay in the processor's
 * cache between sending and adding, which on one machine is up to twice as fast.
 */
const PIECE = 4 * 2 ** 20;

/** Opens a library; handles are passed as the family has them. */
function open(path: string, handle: Flavour["handle"]) {
  const int = "i32", bytes = "buffer", address = "u64";
  return Deno.dlopen(
    path,
    {
      MPI_Initialized: { parameters: [bytes], result: int },
      MPI_Finalized: { parameters: [bytes], result: int },
      MPI_Init_thread: { parameters: ["pointer", "pointer", int, bytes], result: int },
      MPI_Finalize: { parameters: [], result: int },
      MPI_Get_library_version: { parameters: [bytes, bytes], result: int },
      MPI_Error_string: { parameters: [int, bytes, bytes], result: int },
      MPI_Comm_set_errhandler: { parameters: [handle, handle], result: int },
      MPI_Comm_rank: { parameters: [handle, bytes], result: int },
      MPI_Comm_size: { parameters: [handle, bytes], result: int },
      MPI_Type_size: { parameters: [handle, bytes], result: int },
      MPI_Barrier: { parameters: [handle], result: int },
      MPI_Bcast: { parameters: [bytes, int, handle, int, handle], result: int },
      MPI_Allreduce: { parameters: [address, bytes, int, handle, handle, handle], result: int },
      MPI_Iallreduce: {
        parameters: [address, bytes, int, handle, handle, handle, bytes],
        result: int,
      },
      MPI_Allgather: {
        parameters: [address, int, handle, bytes, int, handle, handle],
        result: int,
      },
      MPI_Test: { parameters: [bytes, bytes, bytes], result: int },
      MPI_Wait: { parameters: [bytes, bytes], result: int },
    } as const,
  );
}

/** Every function, with handles of either kind. */
type Functions = Record<
  keyof ReturnType<typeof open>["symbols"],
  (...args: (Handle | bigint | Numbers | BigInt64Array)[]) => number
>;

/** What a call that does not wait has begun. */
export class Request {
  /** Where MPI keeps its handle, an address or an integer. */
  readonly handle: BigInt64Array = new BigInt64Array(1);
  /** Whether it is known to be done. */
  done = false;
  /** The numbers, which must stay where they are until then. */
  readonly numbers: Numbers;

  /** Keeps the numbers. */
  constructor(numbers: Numbers) {
    this.numbers = numbers;
  }
}

/** An MPI that was started, and its processes. */
export class Mpi {
  /** The family, Open MPI or MPICH. */
  readonly family: Flavour["name"];
  /** What the library says of itself. */
  readonly version: string;
  /** The number of this process. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  readonly #functions: Functions;
  readonly #constants: Constants;
  readonly #status = new Uint8Array(256);
  readonly #flag = new Int32Array(1);

  /** Starts the MPI of a library. */
  constructor(path: string) {
    const flavour = flavourOf(path), constants = flavour.constants(path);
    this.family = flavour.name;
    this.#constants = constants;
    this.#functions = open(path, flavour.handle).symbols as unknown as Functions;
    const { MPI_Comm_rank, MPI_Comm_size, MPI_Comm_set_errhandler } = this.#functions;
    this.version = this.#libraryVersion();
    if (!this.#is("MPI_Initialized")) {
      const FUNNELED = 1;
      this.#check("start", this.#functions.MPI_Init_thread(null, null, FUNNELED, this.#flag));
    }
    const { world, errorsReturn } = constants;
    this.#check("start", MPI_Comm_set_errhandler(world, errorsReturn));
    this.#checkTypes();
    this.rank = this.#number((into) => MPI_Comm_rank(world, into));
    this.size = this.#number((into) => MPI_Comm_size(world, into));
  }

  /** Adds up numbers in place, or takes the largest, over all processes. */
  allReduce(numbers: Numbers, operation: Operation): void {
    const { MPI_Allreduce } = this.#functions, { inPlace, operations, world } = this.#constants;
    for (const part of parts(numbers, PIECE)) {
      const type = this.#typeOf(part);
      const code = MPI_Allreduce(inPlace, part, part.length, type, operations[operation], world);
      this.#check("reduce over all ranks", code);
    }
  }

  /** The same without waiting: the numbers must stay where they are until {@linkcode Mpi.wait}. */
  startAllReduce(numbers: Numbers, operation: Operation): Request {
    const { MPI_Iallreduce } = this.#functions, { inPlace, operations, world } = this.#constants;
    const request = new Request(numbers), type = this.#typeOf(numbers), { length } = numbers;
    const op = operations[operation];
    const code = MPI_Iallreduce(inPlace, numbers, length, type, op, world, request.handle);
    this.#check("reduce over all ranks", code);
    return request;
  }

  /** Lets MPI go on with what was begun, and tells whether it is done. */
  test(request: Request): boolean {
    if (request.done) return true;
    const code = this.#functions.MPI_Test(request.handle, this.#flag, this.#status);
    this.#check("reduce over all ranks", code);
    return request.done = this.#flag[0] !== 0;
  }

  /** Waits until it is done. */
  wait(request: Request): void {
    if (request.done) return;
    this.#check("reduce over all ranks", this.#functions.MPI_Wait(request.handle, this.#status));
    request.done = true;
  }

  /** Gives every process the numbers of one. */
  broadcast(numbers: Numbers, root: number): void {
    const { MPI_Bcast } = this.#functions, { world } = this.#constants;
    for (const part of parts(numbers)) {
      const code = MPI_Bcast(part, part.length, this.#typeOf(part), root, world);
      this.#check("broadcast", code);
    }
  }

  /** Gives every process the numbers of all; each has put its own at its place. */
  allGather(numbers: Numbers): void {
    const { MPI_Allgather } = this.#functions, { inPlace, world } = this.#constants;
    const type = this.#typeOf(numbers), count = numbers.length / this.size;
    const code = MPI_Allgather(inPlace, count, type, numbers, count, type, world);
    this.#check("gather from all ranks", code);
  }

  /** Waits until every process is here. */
  barrier(): void {
    this.#check("wait for all ranks", this.#functions.MPI_Barrier(this.#constants.world));
  }

  /** Ends MPI, once all processes do. */
  finalize(): void {
    if (!this.#is("MPI_Finalized")) this.#check("close", this.#functions.MPI_Finalize());
  }

  #typeOf(numbers: Numbers): Handle {
    const { types } = this.#constants;
    if (numbers instanceof Float32Array) return types.float32;
    if (numbers instanceof Float64Array) return types.float64;
    return numbers instanceof Int32Array ? types.int32 : types.byte;
  }

  /** Refuses a library whose constants are not those of its family. */
  #checkTypes(): void {
    const bytes = { float32: 4, float64: 8, int32: 4, byte: 1 };
    for (const [name, type] of Object.entries(this.#constants.types)) {
      const found = this.#number((into) => this.#functions.MPI_Type_size(type, into));
      if (found === bytes[name as keyof typeof bytes]) continue;
      throw new MpiError(
        `Cannot connect as the MPI must be Open MPI, or have the ABI of MPICH: current ${this.version}, ` +
          `whose ${name} has ${found} bytes`,
      );
    }
  }

  #is(name: "MPI_Initialized" | "MPI_Finalized"): boolean {
    this.#functions[name](this.#flag);
    return this.#flag[0] !== 0;
  }

  #number(read: (into: Int32Array) => number): number {
    this.#check("connect", read(this.#flag));
    return this.#flag[0];
  }

  #libraryVersion(): string {
    const text = new Uint8Array(TEXT);
    this.#functions.MPI_Get_library_version(text, this.#flag);
    // "Open MPI v4.1.4, package: ...", "MPICH Version:      4.0.2\n...".
    return decode(text).split(/[\n,]/, 1)[0].replace(/\s*Version:\s*/, " ").trim();
  }

  /** Throws `MpiError` with MPI's own text for a code that is not that of success, 0. */
  #check(action: string, code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(TEXT);
    this.#functions.MPI_Error_string(code, text, this.#flag);
    throw new MpiError(
      `Cannot ${action} as MPI must succeed: current ${decode(text)} (${this.version})`,
      code,
    );
  }
}

/** Numbers in pieces that one call can count. */
function* parts(numbers: Numbers, most = MOST): Iterable<Numbers> {
  for (let at = 0; at < numbers.length; at += most) yield numbers.subarray(at, at + most);
}

/** A text of C, up to its 0. */
function decode(text: Uint8Array): string {
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0))).trim();
}
