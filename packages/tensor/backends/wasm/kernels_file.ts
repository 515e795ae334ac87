/** The modules of kernels as files: as they are embedded, and as they are published beside. */
import { BackendError } from "../../errors.ts";
import { VERSION } from "../../shared.ts";

/** A module of kernels, compiled with SIMD and with relaxed SIMD, as base64 text. */
export interface Embedded {
  /** With SIMD. */
  readonly BASELINE: string;
  /** With relaxed SIMD, which has a fused multiply-add. */
  readonly RELAXED: string;
}

/** What a module of kernels needs of the platform. */
export interface KernelsKind {
  /** The vector instructions. */
  readonly simd: "simd128" | "relaxed";
  /** Whether its memory is shared, for threads. */
  readonly shared: boolean;
}

/** The name of the section in which a published module says what it is: `0.1.0 relaxed shared`. */
const SECTION = "neurite";

/** The embedded module of this kind. */
export function kernelsBytes(
  { BASELINE, RELAXED }: Embedded,
  { simd, shared }: KernelsKind,
): Uint8Array<ArrayBuffer> {
  const bytes = decode(simd === "relaxed" ? RELAXED : BASELINE);
  return shared ? bytes : unshare(bytes);
}

/**
 * The same as a file of its own, which says what it is: a custom section at its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { kernelsFile } from "@neurite/tensor/internal";
 *
 * const empty = "AGFzbQEAAAA="; // a module without anything, as base64
 * const kind = { simd: "relaxed", shared: true } as const;
 * const file = kernelsFile({ BASELINE: empty, RELAXED: empty }, kind);
 * const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(file), "neurite");
 * assertEquals(new TextDecoder().decode(section).split(" ").slice(1), ["relaxed", "shared"]);
 * ```
 */
export function kernelsFile(embedded: Embedded, kind: KernelsKind): Uint8Array<ArrayBuffer> {
  const text = `${VERSION} ${kind.simd}${kind.shared ? " shared" : ""}`;
  const [name, label] = [SECTION, text].map((one) => new TextEncoder().encode(one));
  // Its number, 0, and its length; that of its name. All are below 128: one byte each.
  const head = [0, 1 + name.length + label.length, name.length];
  const bytes = kernelsBytes(embedded, kind);
  const file = new Uint8Array(bytes.length + head.length + name.length + label.length);
  let at = 0;
  for (const part of [bytes, head, name, label]) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** What a compiled module says of itself; throws `BackendError` for another one, or one of another version. */
export function kindOf(module: WebAssembly.Module): KernelsKind {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  const text = section === undefined ? "" : new TextDecoder().decode(section);
  const [version, simd, memory] = text.split(" ");
  if (version === VERSION) {
    return { simd: simd === "relaxed" ? "relaxed" : "simd128", shared: memory === "shared" };
  }
  throw new BackendError(
    "Cannot compute with a compiled module as it must be @neurite/tensor/kernels.wasm of version " +
      `${VERSION}: current ${version === "" ? "another module" : `version ${version}`}`,
  );
}

/** The bytes of base64 text. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, base64);
  // A loop, as it is at every start: `Uint8Array.from` takes 50 ms for it.
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * The module asks for a shared memory. Where there is none, the flags of its one memory import
 * (after the names "env" and "memory" and the kind, 2) are changed from 3, shared, to 1.
 */
function unshare(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode("memory\x02");
  const at = module.findIndex((_, i) => name.every((byte, k) => module[i + k] === byte));
  module[at + name.length] = 1;
  return module;
}
