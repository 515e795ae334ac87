/**
 * What programs must know of an MPI beyond the names of its functions: the constants of its header. MPI
 * is an interface of sources; as of binaries there are two families, Open MPI and MPICH with those that
 * keep to its ABI (Intel MPI, MVAPICH, Cray MPI).
 */

/** A handle: an address with Open MPI, an integer with MPICH. */
export type Handle = object | number | null;

/** The names of what a program of ours asks of MPI. */
export interface Constants {
  /** All processes. */
  readonly world: Handle;
  /** The element types. */
  readonly types: Readonly<Record<"float32" | "float64" | "int32" | "byte", Handle>>;
  /** How numbers are put together. */
  readonly operations: Readonly<Record<"sum" | "max", Handle>>;
  /** Functions return errors rather than end the program. */
  readonly errorsReturn: Handle;
  /** Stands for the address of what is sent, where it is to be replaced. */
  readonly inPlace: bigint;
}

/** A family of implementations. */
export interface Flavour {
  /** Its name. */
  readonly name: "Open MPI" | "MPICH";
  /** How a handle is passed. */
  readonly handle: "pointer" | "i32";
  /** The constants in a library that was opened. */
  constants(path: string): Constants;
}

/** Open MPI 4 and 5: handles are addresses of objects in the library. */
const OPEN_MPI: Flavour = {
  name: "Open MPI",
  handle: "pointer",
  constants(path) {
    const { symbols } = Deno.dlopen(path, {
      ompi_mpi_comm_world: { type: "pointer" },
      ompi_mpi_float: { type: "pointer" },
      ompi_mpi_double: { type: "pointer" },
      ompi_mpi_int32_t: { type: "pointer" },
      ompi_mpi_byte: { type: "pointer" },
      ompi_mpi_op_sum: { type: "pointer" },
      ompi_mpi_op_max: { type: "pointer" },
      ompi_mpi_errors_return: { type: "pointer" },
    });
    return {
      world: symbols.ompi_mpi_comm_world,
      types: {
        float32: symbols.ompi_mpi_float,
        float64: symbols.ompi_mpi_double,
        int32: symbols.ompi_mpi_int32_t,
        byte: symbols.ompi_mpi_byte,
      },
      operations: { sum: symbols.ompi_mpi_op_sum, max: symbols.ompi_mpi_op_max },
      errorsReturn: symbols.ompi_mpi_errors_return,
      inPlace: 1n,
    };
  },
};

/** MPICH 4 and 5: handles are integers that its ABI fixes. */
const MPICH: Flavour = {
  name: "MPICH",
  handle: "i32",
  constants: () => ({
    world: 0x44000000,
    types: { float32: 0x4c00040a, float64: 0x4c00080b, int32: 0x4c000405, byte: 0x4c00010d },
    operations: { sum: 0x58000003, max: 0x58000001 },
    errorsReturn: 0x54000001,
    inPlace: 2n ** 64n - 1n,
  }),
};

/** The family of a library. */
export function flavourOf(path: string): Flavour {
  const { symbols } = Deno.dlopen(path, {
    ompi_mpi_comm_world: { type: "pointer", optional: true },
  });
  return symbols.ompi_mpi_comm_world === null ? MPICH : OPEN_MPI;
}
