/**
 * The matrix product by the platform's own BLAS library, over FFI, in place on the linear memory.
 * Each thread of the pool calls the library for its share, and the library is told to stay on the
 * thread that calls it: one set of threads computes, not two that get in each other's way.
 */
import { BackendError } from "../../errors.ts";
import type { Extras } from "./threads.ts";

/** The libraries that are tried, in order, on each platform. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "libopenblas.so.0",
    "libopenblas.so",
    "libblis.so.4",
    "libblis.so",
    "libmkl_rt.so.2",
    "libmkl_rt.so",
  ],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  windows: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll"],
};

/** Where Linux keeps them; a permission for one library names it by its whole path. */
const FOLDERS = [
  "/usr/lib/x86_64-linux-gnu/",
  "/usr/lib/aarch64-linux-gnu/",
  "/usr/lib64/",
  "/usr/lib/",
];

/** How each library is told to use one thread: by a function, with 1. */
const SINGLE = {
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  bli_thread_set_num_threads: { parameters: ["isize"], result: "void", optional: true },
  MKL_Set_Num_Threads: { parameters: ["i32"], result: "void", optional: true },
} as const;

/** How a library tells its version. */
const VERSION = {
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  bli_info_get_version_str: { parameters: [], result: "pointer", optional: true },
} as const;

/**
 * Gives `gemm(a, b, c, m, n, k, transA, transB, byRows, begin, end)` on a memory, with the meaning
 * of the kernel of that name, and for kernels to call
 * `sgemm(transA, transB, m, n, k, a, lda, b, ldb, beta, c, ldc)`: `C = A B + beta C`, of either or
 * its transpose, with rows so many numbers apart. Written so that its source text also runs in a worker: it uses
 * nothing but its arguments and the globals.
 */
function bind(
  path: string,
  memory: WebAssembly.Memory,
): { gemm: (...args: number[]) => void; sgemm: (...args: number[]) => void } {
  const { symbols: { cblas_sgemm } } = Deno.dlopen(path, {
    cblas_sgemm: {
      parameters: [
        "i32",
        "i32",
        "i32",
        "i32",
        "i32",
        "i32",
        "f32",
        "buffer",
        "i32",
        "buffer",
        "i32",
        "f32",
        "buffer",
        "i32",
      ],
      result: "void",
    },
  });
  const ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112;
  let floats = new Float32Array(memory.buffer);
  const gemm = (...args: number[]): void => {
    const [a, b, c, m, n, k, transA, transB, byRows, begin, end] = args;
    if (floats.buffer !== memory.buffer) floats = new Float32Array(memory.buffer);
    const lda = transA ? m : k, ldb = transB ? k : n;
    const fromA = byRows ? begin * (transA ? 1 : k) : 0;
    const fromB = byRows ? 0 : begin * (transB ? k : 1);
    cblas_sgemm(
      ROW_MAJOR,
      transA ? TRANSPOSED : PLAIN,
      transB ? TRANSPOSED : PLAIN,
      byRows ? end - begin : m,
      byRows ? n : end - begin,
      k,
      1,
      floats.subarray(a / 4 + fromA),
      lda,
      floats.subarray(b / 4 + fromB),
      ldb,
      0,
      floats.subarray(c / 4 + (byRows ? begin * n : begin)),
      n,
    );
  };
  const sgemm = (...args: number[]): void => {
    const [transA, transB, m, n, k, a, lda, b, ldb, beta, c, ldc] = args;
    if (floats.buffer !== memory.buffer) floats = new Float32Array(memory.buffer);
    // Addresses above 2 GiB come as negative numbers.
    const at = (address: number) => floats.subarray((address >>> 0) / 4);
    const [A, B] = [transA, transB].map((t) => t ? TRANSPOSED : PLAIN);
    cblas_sgemm(ROW_MAJOR, A, B, m, n, k, 1, at(a), lda, at(b), ldb, beta, at(c), ldc);
  };
  return { gemm, sgemm };
}

/** A BLAS library that was found. */
export interface Blas {
  /** The library and its version, as `backendInfo()` shows it. */
  readonly description: string;
  /** Its product, in place of the kernel `gemm`, and as kernels call it. */
  readonly extras: Extras;
}

/** Whether FFI is there and allowed; nobody is asked. */
function ffiAllowed(path?: string): boolean {
  const deno = (globalThis as { Deno?: typeof Deno }).Deno;
  if (deno?.dlopen === undefined) return false;
  return deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

/** The libraries that may be opened here: by name, or by path where only a path is allowed. */
export function blasCandidates(): readonly string[] {
  const deno = (globalThis as { Deno?: typeof Deno }).Deno;
  if (deno === undefined) return [];
  const names = LIBRARIES[deno.build.os] ?? LIBRARIES.linux;
  if (ffiAllowed()) return names;
  return FOLDERS.flatMap((folder) => names.map((name) => folder + name)).concat(names)
    .filter((path) => ffiAllowed(path));
}

/** The first library that is found, set to one thread; throws `BackendError` where there is none. */
export function findBlas(memory: WebAssembly.Memory): Blas {
  const tried: string[] = [];
  for (const path of blasCandidates()) {
    try {
      const own = bind(path, memory), source = `(${bind})(${JSON.stringify(path)}, memory)`;
      return { description: describe(path), extras: { own, source } };
    } catch (error) {
      tried.push(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new BackendError(
    `Cannot use the blas backend as a BLAS library must be found and --allow-ffi be given: current ` +
      `${
        tried.join("; ") || "FFI is not there or not allowed"
      }. On Debian: apt install libopenblas0`,
  );
}

/** Sets the library to one thread and gives its name and version. */
function describe(path: string): string {
  const library = Deno.dlopen(path, { ...SINGLE, ...VERSION });
  const symbols = library.symbols;
  symbols.openblas_set_num_threads?.(1);
  symbols.bli_thread_set_num_threads?.(1n);
  symbols.MKL_Set_Num_Threads?.(1);
  const version = symbols.openblas_get_config?.() ?? symbols.bli_info_get_version_str?.() ?? null;
  const name = path.split(/[\\/]/).pop()!;
  // Reading a text by its address takes the permission for every library.
  if (version === null || !ffiAllowed()) return name;
  return `${name}: ${Deno.UnsafePointerView.getCString(version).trim()}`;
}
