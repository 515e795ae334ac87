/** The list of weights of a TensorFlow.js model, and the files that have their values. */
import { DataError } from "@neurite/tensor";
import { printable, quoted } from "@neurite/tensor/internal";
import { isRecord } from "../keras/words.ts";
import type { SourceBytes } from "../source.ts";

/** A weight in the list, and its bytes. */
export interface Described {
  readonly name: string;
  readonly shape: readonly number[];
  /** The name that safetensors has for the type of the numbers in the file. */
  readonly dtype: string;
  /** How many numbers there are. */
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where they begin in the files of their group. */
  readonly offset: number;
  /** What quantized numbers are multiplied by, and what is added to them. */
  readonly scale: number | undefined;
  readonly min: number;
}

/** Types of numbers: the names of TensorFlow.js, those of safetensors, bytes. */
const TYPES: ReadonlyMap<unknown, readonly [dtype: string, bytes: number]> = new Map([
  ["float32", ["F32", 4]],
  ["int32", ["I32", 4]],
  ["float16", ["F16", 2]],
  ["uint16", ["U16", 2]],
  ["uint8", ["U8", 1]],
  ["bool", ["BOOL", 1]],
]);

/** Throws what is wrong with a list. */
type Refuse = (rule: string, found: string) => never;

/**
 * The weights that a list describes, with their values from the files that it names.
 *
 * @throws {DataError} if the list is none, a file is not there, or has fewer or more bytes than are said.
 */
export async function readManifest(
  manifest: unknown,
  file: string,
  beside: (name: string) => Promise<SourceBytes>,
): Promise<Described[]> {
  const refuse: Refuse = (rule, found) => {
    throw new DataError(`Cannot read ${file} as ${rule}: current ${found}`, {
      file,
      expected: "a list of weights",
      found,
    });
  };
  if (!Array.isArray(manifest)) refuse("it must list its weights", "no weightsManifest");
  const described: Described[] = [];
  for (const group of manifest as readonly unknown[]) {
    const { paths, weights } = isRecord(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      refuse(
        "a group of weights must have paths and weights",
        printable(JSON.stringify(group) ?? ""),
      );
    }
    const parts: Uint8Array[] = [];
    for (const path of paths as readonly unknown[]) {
      if (!isBeside(path)) {
        refuse("its weights must be in files beside it", printable(String(path)));
      }
      parts.push((await beside(path as string)).bytes);
    }
    described.push(...cut(weights as readonly unknown[], joined(parts), refuse));
  }
  return described;
}

/** Whether a path leads to a file beside the description, and nowhere else. */
const isBeside = (path: unknown): boolean =>
  typeof path === "string" && path !== "" && !/^[/\\]|:|\\/.test(path) &&
  !path.split("/").includes("..");

/** Bytes one after the other. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of each weight. */
function cut(weights: readonly unknown[], bytes: Uint8Array, refuse: Refuse): Described[] {
  let at = 0;
  const described = weights.map((one): Described => {
    const { name, shape, dtype, quantization } = isRecord(one) ? one : {};
    const isShape = Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (typeof name !== "string" || !isShape) {
      refuse("a weight must have a name and a shape", printable(JSON.stringify(one) ?? "nothing"));
    }
    const sizes = shape as readonly number[], count = sizes.reduce((a, b) => a * b, 1);
    const { dtype: packed, scale, min } = isRecord(quantization) ? quantization : {};
    const type = TYPES.get(packed ?? dtype);
    if (type === undefined) {
      const known = [...TYPES.keys()].join(", ");
      refuse(
        `the numbers of weight ${quoted(name as string)} must be ${known}`,
        printable(String(packed ?? dtype)),
      );
    }
    const [known, size] = type as readonly [string, number], end = at + count * size;
    if (!(end <= bytes.length)) {
      refuse(
        `its files must have the values of weight ${quoted(name as string)}`,
        `${bytes.length} bytes, where they end at ${end}`,
      );
    }
    const isQuantized = known === "U8" || known === "U16";
    if (isQuantized && !(Number.isFinite(scale) && Number.isFinite(min))) {
      refuse(`the quantized weight ${quoted(name as string)} must have a scale and a min`, "none");
    }
    const offset = at;
    at = end;
    return {
      name: name as string,
      shape: sizes,
      dtype: known,
      count,
      bytes: bytes.subarray(offset, end),
      offset,
      scale: isQuantized ? scale as number : undefined,
      min: isQuantized ? min as number : 0,
    };
  });
  if (at < bytes.length) {
    refuse("its files must have no more than its weights", `${bytes.length} bytes for ${at}`);
  }
  return described;
}
