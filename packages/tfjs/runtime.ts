/** Finding TensorFlow.js: the module that is given, or the fastest that is installed. */
import { BackendError, type DeviceInfo } from "@neurite/tensor";
import type { TensorFlow } from "./kernels.ts";

/** What is used of a TensorFlow.js module to start it and to tell what it is. */
export interface TfjsModule extends TensorFlow {
  /** The versions of its parts. */
  readonly version: Readonly<Record<string, string>>;
  /** Waits until its backend is there. */
  ready(): Promise<void>;
  /** The name of the backend that computes: `tensorflow`, `cpu`, `wasm`, `webgl`, `webgpu`. */
  getBackend(): string;
  /** The backend that computes. */
  backend(): unknown;
  /** Leaves out checks that find faults of TensorFlow.js itself, and advertising on the console. */
  enableProdMode?(): void;
}

/** A TensorFlow.js that computes. */
export interface Runtime {
  /** Its module. */
  readonly module: TfjsModule;
  /** What it is, with its versions: `@tensorflow/tfjs-node 4.22.0, TensorFlow 2.21.0`. */
  readonly runtime: string;
  /** Where it computes: the processor, a GPU, or what TensorFlow.js calls its backend. */
  readonly device: DeviceInfo;
  /** Processors that compute, as far as is known. */
  readonly threads: number;
  /** Whether values can be read at once. */
  readonly synchronous: boolean;
  /** Whether values lie in the memory of the host, so that reading one costs nothing. */
  readonly hostMemory: boolean;
}

/** The packages with TensorFlow in them, the fastest first, and what runs everywhere. */
const NATIVE = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];
const PLAIN = "@tensorflow/tfjs";

/** By a name of its own, so that no bundle for pages looks for it. */
const UTIL = "node:util";

/** The version that has the kernels that are called, and the one that is tested. */
const MAJOR = "4", PINNED = "4.22.0";

/** What Node's backend of TensorFlow.js tells of itself. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/** The module itself, where what was imported has it as its default. */
function unwrapped(module: unknown): Partial<TfjsModule> | undefined {
  const both = module as Partial<TfjsModule> & { default?: Partial<TfjsModule> } | undefined;
  return typeof both?.engine === "function" ? both : both?.default;
}

/** Refuses what is no TensorFlow.js, and versions with other kernels. */
function checked(module: unknown, name: string): TfjsModule {
  const tf = unwrapped(module);
  const wanted = ["engine", "tensor", "ready", "getBackend", "backend"] as const;
  const missing = wanted.filter((key) => typeof tf?.[key] !== "function");
  if (tf === undefined || missing.length > 0) {
    throw new BackendError(
      `Cannot use backend "tfjs" as ${name} must be a module of TensorFlow.js: current ` +
        `${module === null ? "null" : typeof module} without ${missing.join(", ")}. Give ` +
        `{ runtime: await import("${NATIVE[1]}") }, or leave it out`,
    );
  }
  const version = tf.version?.["tfjs-core"] ?? tf.version?.tfjs ?? "unknown";
  if (version.split(".")[0] === MAJOR) return tf as TfjsModule;
  throw new BackendError(
    `Cannot use backend "tfjs" as ${name} must be of version ${MAJOR}: current ${version}. Install ` +
      `${PLAIN}@${MAJOR}, or the same version of ${NATIVE.join(" or ")}`,
  );
}

/** Whether an import failed as there is no such package, and not within it. */
function isAbsent(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    return message!.includes(name);
  }
  return /not a dependency|Relative import path|not in import map|Failed to resolve module specifier/i
    .test(message ?? "");
}

/** Puts back into `node:util` what TensorFlow.js for Node calls and newer Nodes have dropped. */
export function mendUtil(util: { isNullOrUndefined?: (x: unknown) => boolean }): void {
  util.isNullOrUndefined ??= (x) => x === null || x === undefined;
}

/** Imports a package with TensorFlow in it; nothing where it is not installed. */
async function importNative(name: string): Promise<unknown> {
  if (!("process" in globalThis)) return undefined; // No TensorFlow runs in a page.
  try {
    mendUtil((await import(UTIL)).default);
    return await import(name);
  } catch (cause) {
    if (isAbsent(cause, name)) return undefined;
    const { message } = cause as Error;
    const advice = message.includes("--allow-")
      ? "Grant --allow-read --allow-env --allow-sys --allow-ffi"
      : "Let its install script run (it downloads TensorFlow's library), build it against the library " +
        `that is there, or give { runtime: await import("${PLAIN}") }`;
    const error = new BackendError(
      `Cannot use backend "tfjs" as the native part of ${name} must load: current ` +
        `"${message.split("\n")[0]}". ${advice}`,
    );
    error.cause = cause;
    throw error;
  }
}

/** The module and its name: the one that is given, else the fastest that is installed. */
async function findModule(given: unknown): Promise<[module: unknown, name: string]> {
  if (given !== undefined) return [given, "the runtime"];
  for (const name of NATIVE) {
    const module = await importNative(name);
    if (module !== undefined) return [module, name];
  }
  // Deno fetches it where no project has it; others find what is installed.
  for (const name of [PLAIN, ..."Deno" in globalThis ? [`npm:${PLAIN}@${PINNED}`] : []]) {
    const module = await import(name).catch(() => undefined);
    if (module !== undefined) return [module, PLAIN];
  }
  throw new BackendError(
    `Cannot use backend "tfjs" as a runtime of TensorFlow.js must be installed: current none. Install ` +
      `${NATIVE[0]} (CUDA), ${NATIVE[1]} or ${PLAIN}, or give { runtime }`,
  );
}

/**
 * Starts the TensorFlow.js module that is given, else `@tensorflow/tfjs-node-gpu`, else
 * `@tensorflow/tfjs-node`, else `@tensorflow/tfjs` with the backend that it has. Throws `BackendError`
 * where it is none, of another version, or lacks TensorFlow's library.
 */
export async function startRuntime(given?: unknown): Promise<Runtime> {
  const [found, name] = await findModule(given), module = checked(found, name);
  if (given === undefined) module.enableProdMode?.();
  await module.ready();
  const { version } = module, backendName = module.getBackend();
  const backend = module.backend() as NodeBackend;
  const isNative = backendName === "tensorflow",
    onGpu = isNative && backend.isUsingGpuDevice === true;
  const part = ["tfjs-node-gpu", "tfjs-node", "tfjs"].find((key) => version[key] !== undefined) ??
    "tfjs";
  const library = isNative ? `, TensorFlow ${backend.binding?.TF_Version ?? "unknown"}` : "";
  return {
    module,
    runtime: `@tensorflow/${part} ${version[part] ?? version["tfjs-core"]}${library}`,
    device: {
      adapter: isNative ? (onGpu ? "GPU" : "CPU") : backendName,
      vendor: isNative ? "TensorFlow" : "TensorFlow.js",
      limits: {},
    },
    threads: isNative ? globalThis.navigator?.hardwareConcurrency ?? 1 : 1,
    synchronous: isNative || backendName === "cpu" || backendName === "wasm",
    hostMemory: !onGpu,
  };
}
