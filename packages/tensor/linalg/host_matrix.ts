/** Matrices on the host in f64, for what float32 is too coarse for. */
import { ReferenceBackend } from "../backends/reference.ts";
import { fromHost, type TensorLike } from "../convert.ts";
import { DataError, ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";

/** A matrix, row-major. */
export interface HostMatrix {
  /** The numbers, a copy. */
  readonly data: Float64Array;
  /** How many rows. */
  readonly rows: number;
  /** How many columns; 1 for a vector. */
  readonly columns: number;
  /** Whether it was given as a vector. */
  readonly vector: boolean;
}

/** Reads a matrix, or a vector as a matrix of one column; host numbers keep all their digits. */
export function hostMatrix(operation: string, name: string, value: TensorLike): HostMatrix {
  const { data: numbers, shape } = read(value), [rows, columns = 1] = shape;
  if (shape.length < 1 || shape.length > 2) {
    throw new ShapeError(operation, `${name} must be a matrix or a vector`, [shape]);
  }
  const data = new Float64Array(numbers);
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at < data.length) {
    const place = shape.length === 1 ? at : `${Math.floor(at / columns)}, ${at % columns}`;
    throw new DataError(
      `Cannot ${operation} as every number must be finite: current ${
        data[at]
      } at ${name}[${place}]`,
      { offset: at, expected: "a finite number", found: data[at] },
    );
  }
  return { data, rows, columns, vector: shape.length === 1 };
}

/** Numbers in row-major order, and their shape. */
function read(value: TensorLike) {
  if (value instanceof Tensor) return value.toNdarray();
  using kept = fromHost(value, undefined, "float32", new ReferenceBackend()); // which keeps f64
  return kept.toNdarray();
}
