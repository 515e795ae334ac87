/** ONNX's own tests of single operators, as `tools/fixtures/onnx_node_tests.py` wrote them. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { half } from "../proto/elements.ts";

/** A tensor of a test. */
export interface CaseTensor {
  /** NumPy's name of its element type. */
  readonly dtype: string;
  /** The sizes. */
  readonly shape: readonly number[];
  /** The numbers. */
  readonly values: ArrayLike<number>;
}

/** One test. */
export interface NodeCase {
  /** The name. */
  readonly name: string;
  /** The model, as a file has it. */
  readonly model: Uint8Array;
  /** How far a result may be off, relative to it. */
  readonly rtol: number;
  /** How far it may be off, whatever it is. */
  readonly atol: number;
  /** Inputs and expected results; `undefined` for what no tensor of ours can be. */
  readonly sets: readonly {
    readonly inputs: readonly (CaseTensor | undefined)[];
    readonly outputs: readonly (CaseTensor | undefined)[];
  }[];
}

interface Stored {
  dtype: string;
  shape: number[];
  data: number;
}

interface Header {
  onnx: string;
  sizes: number[];
  cases: {
    name: string;
    model: number;
    rtol: number;
    atol: number;
    sets: { inputs: (Stored | null)[]; outputs: (Stored | null)[] }[];
  }[];
}

const READ: Record<string, (buffer: ArrayBuffer) => ArrayLike<number>> = {
  float32: (buffer) => new Float32Array(buffer),
  bfloat16: (buffer) => new Float32Array(buffer), // As which they are written.
  float64: (buffer) => new Float64Array(buffer),
  float16: (buffer) => Float32Array.from(new Uint16Array(buffer), half),
  int8: (buffer) => new Int8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
  uint8: (buffer) => new Uint8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint64: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
  bool: (buffer) => new Uint8Array(buffer),
};

/** All tests, sorted by name. */
export function nodeCases(): NodeCase[] {
  const file = new URL("../fixtures/node_tests.bin.gz", import.meta.url);
  const bytes = new Uint8Array(gunzipSync(readFileSync(file)));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  const blobs = header.sizes.map((size) => bytes.subarray(at, at += size));
  const tensor = (stored: Stored | null): CaseTensor | undefined =>
    stored === null ? undefined : {
      dtype: stored.dtype,
      shape: stored.shape,
      values: READ[stored.dtype](blobs[stored.data].slice().buffer),
    };
  return header.cases.map(({ model, sets, ...rest }) => ({
    ...rest,
    model: blobs[model],
    sets: sets.map(({ inputs, outputs }) => ({
      inputs: inputs.map(tensor),
      outputs: outputs.map(tensor),
    })),
  }));
}
