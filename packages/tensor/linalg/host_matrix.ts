/** Matrices on the host in f64, for what float32 is too coarse for. */
import { hostValues, type TensorLike } from "../convert.ts";
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
  const { values, shape } = read(value), [rows, columns = 1] = shape;
  if (shape.length < 1 || shape.length > 2) {
    throw new ShapeError(operation, `${name} must be a matrix or a vector`, [shape]);
  }
  const data = Float64Array.from(values);
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
function read(value: TensorLike): { values: ArrayLike<number>; shape: readonly number[] } {
  if (!(value instanceof Tensor)) return hostValues(value);
  const { data, shape } = value.toNdarray();
  return { values: data, shape };
}
