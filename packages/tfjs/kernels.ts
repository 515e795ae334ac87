/** The kernels of TensorFlow.js, as functions of its tensors. */
import type { DType, TypedArray } from "@neurite/tensor";

/** The element types inside: `bool` is what comparisons give. */
export type TfDType = DType | "bool";

/** What is used of a tensor of TensorFlow.js. */
export interface TfTensor {
  /** The sizes, outermost first. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: string;
  /** The number of elements. */
  readonly size: number;
  /** Whether no scope frees it. */
  kept: boolean;
  /** The values, at once. */
  dataSync(): ArrayLike<number>;
  /** The values, when they are computed. */
  data(): Promise<ArrayLike<number>>;
  /** Gives its memory back. */
  dispose(): void;
}

/** What is used of the engine of TensorFlow.js. */
export interface Engine {
  /** Runs a kernel by its name. */
  runKernel(
    name: string,
    inputs: Readonly<Record<string, TfTensor>>,
    attributes?: object,
  ): TfTensor | TfTensor[];
  /** What is made from now on is freed by `endScope`. */
  startScope(): void;
  /** Frees what was made since `startScope`, but for what is kept. */
  endScope(): void;
}

/** What is used of a TensorFlow.js module. */
export interface TensorFlow {
  /** The engine. */
  engine(): Engine;
  /** A tensor of host values. */
  tensor(values: TypedArray, shape: number[], dtype: DType): TfTensor;
}

/** Sizes, as the kernels want them. */
type Shape = readonly number[];

/** The kernels of a TensorFlow.js module. */
export class Kernels {
  readonly #module: TensorFlow;
  readonly #engine: Engine;

  constructor(module: TensorFlow) {
    this.#module = module;
    this.#engine = module.engine();
  }

  /** Runs `f` and keeps its results, which no scope of the user's frees; whatever else it made is freed. */
  scope(f: () => readonly TfTensor[]): readonly TfTensor[] {
    this.#engine.startScope();
    try {
      const results = f();
      for (const x of results) x.kept = true;
      return results;
    } finally {
      this.#engine.endScope();
    }
  }

  /** Runs a kernel that has one result. */
  run(name: string, inputs: Readonly<Record<string, TfTensor>>, attributes = {}): TfTensor {
    return this.#engine.runKernel(name, inputs, attributes) as TfTensor;
  }

  /** Runs a kernel on a list of tensors. */
  runOnList(name: string, list: readonly TfTensor[], attributes: object): TfTensor {
    // An array is what these kernels know their inputs by.
    return this.run(name, list as unknown as Record<string, TfTensor>, attributes);
  }

  /** Runs a kernel that has several results. */
  runForList(
    name: string,
    inputs: Readonly<Record<string, TfTensor>>,
    attributes: object,
  ): TfTensor[] {
    return this.#engine.runKernel(name, inputs, attributes) as TfTensor[];
  }

  /** A tensor of host values, which are not copied. */
  tensor(values: TypedArray, shape: Shape, dtype: DType = "float32"): TfTensor {
    return this.#module.tensor(values, [...shape], dtype);
  }

  /** One number. */
  number(value: number, dtype: DType = "float32"): TfTensor {
    return this.tensor(
      dtype === "int32" ? Int32Array.of(value) : Float32Array.of(value),
      [],
      dtype,
    );
  }

  /** Equal values. */
  fill(shape: Shape, value: number, dtype: DType = "float32"): TfTensor {
    return this.run("Fill", {}, { shape: [...shape], value, dtype });
  }

  /** Another handle of the same values. */
  identity(x: TfTensor): TfTensor {
    return this.run("Identity", { x });
  }

  // On corresponding elements: two tensors are stretched to one shape.

  /** An operation on the elements of one tensor. */
  one(name: string, x: TfTensor, attributes = {}): TfTensor {
    return this.run(name, { x }, attributes);
  }

  /** An operation on corresponding elements of two tensors. */
  two(name: string, a: TfTensor, b: TfTensor): TfTensor {
    return this.run(name, { a, b });
  }

  /** `a + b` */
  add(a: TfTensor, b: TfTensor): TfTensor {
    return this.two("Add", a, b);
  }

  /** `a - b` */
  sub(a: TfTensor, b: TfTensor): TfTensor {
    return this.two("Sub", a, b);
  }

  /** `a b` */
  mul(a: TfTensor, b: TfTensor): TfTensor {
    return this.two("Multiply", a, b);
  }

  /** `a / b` */
  div(a: TfTensor, b: TfTensor): TfTensor {
    return this.two("RealDiv", a, b);
  }

  /** `factor x`, of x's element type. */
  scale(x: TfTensor, factor: number): TfTensor {
    return this.mul(x, this.number(factor, x.dtype as DType));
  }

  /** `1 - x` */
  complement(x: TfTensor): TfTensor {
    return this.sub(this.number(1), x);
  }

  /** The values as another element type; integers are cut off towards 0. */
  cast(x: TfTensor, dtype: TfDType): TfTensor {
    return x.dtype === dtype ? x : this.one("Cast", x, { dtype });
  }

  /** `condition ? a : b`, all three stretched to one shape. */
  select(condition: TfTensor, a: TfTensor, b: TfTensor, shape: Shape): TfTensor {
    const [c, t, e] = [condition, a, b].map((x) => this.broadcast(x, shape));
    return this.run("Select", { condition: c, t, e });
  }

  // Shapes.

  /** The same values in another shape. */
  reshape(x: TfTensor, shape: Shape): TfTensor {
    return sameShape(x.shape, shape) ? x : this.one("Reshape", x, { shape: [...shape] });
  }

  /** Axes of size 1 stretched, and axes put before. */
  broadcast(x: TfTensor, shape: Shape): TfTensor {
    if (sameShape(x.shape, shape)) return x;
    const aligned = [...Array(shape.length - x.shape.length).fill(1), ...x.shape];
    const reps = shape.map((n, i) => aligned[i] === n ? 1 : n);
    return this.one("Tile", this.reshape(x, aligned), { reps });
  }

  /** Axes in another order. */
  transpose(x: TfTensor, perm: Shape): TfTensor {
    return this.one("Transpose", x, { perm: [...perm] });
  }

  /** A part of a tensor. */
  slice(x: TfTensor, begin: Shape, size: Shape): TfTensor {
    return sameShape(x.shape, size)
      ? x
      : this.one("Slice", x, { begin: [...begin], size: [...size] });
  }

  /** A tensor with values around. */
  pad(x: TfTensor, paddings: readonly (readonly [number, number])[], value = 0): TfTensor {
    if (paddings.every(([before, after]) => before + after === 0)) return x;
    // TensorFlow pads 8 axes at most: neighbours with nothing around them are one.
    const sizes: number[] = [], pairs: [number, number][] = [];
    paddings.forEach(([before, after], i) => {
      const last = pairs[pairs.length - 1];
      if (last !== undefined && last[0] + last[1] + before + after === 0) {
        sizes[sizes.length - 1] *= x.shape[i];
      } else {
        sizes.push(x.shape[i]);
        pairs.push([before, after]);
      }
    });
    const joined = x.shape.length > 8 ? this.reshape(x, sizes) : x;
    const all = joined === x ? paddings.map(([before, after]) => [before, after]) : pairs;
    const y = this.one("PadV2", joined, { paddings: all, constantValue: value });
    return this.reshape(y, x.shape.map((n, i) => paddings[i][0] + n + paddings[i][1]));
  }

  /** Tensors one after the other along an axis. */
  concat(list: readonly TfTensor[], axis: number): TfTensor {
    return list.length === 1 ? list[0] : this.runOnList("Concat", list, { axis });
  }

  /** Tensors beside each other along a new axis. */
  stack(list: readonly TfTensor[], axis: number): TfTensor {
    return this.runOnList("Pack", list, { axis });
  }

  /** The tensors along an axis. */
  unstack(value: TfTensor, axis: number): TfTensor[] {
    return this.runForList("Unpack", { value }, { axis });
  }

  /** Equal parts along an axis, or parts of these sizes. */
  split(x: TfTensor, parts: number | readonly number[], axis: number): TfTensor[] {
    const n = x.shape[axis];
    const sizes = typeof parts === "number" ? Array<number>(parts).fill(n / parts) : [...parts];
    return sizes.length === 1 ? [x] : this.runForList("SplitV", { x }, {
      numOrSizeSplits: sizes,
      axis,
    });
  }

  // Sums, products, places.

  /** The sum over axes. */
  sum(x: TfTensor, axes: Shape, keepDims = false): TfTensor {
    return axes.length === 0 ? x : this.one("Sum", x, { axis: [...axes], keepDims });
  }

  /** The largest over axes. */
  max(x: TfTensor, axes: Shape, keepDims = false): TfTensor {
    return axes.length === 0
      ? x
      : this.one("Max", x, { reductionIndices: [...axes], axis: [...axes], keepDims });
  }

  /** The product of two matrices, or of the matrices of two batches of one shape. */
  matmul(a: TfTensor, b: TfTensor, transposeA = false, transposeB = false): TfTensor {
    return this.run("BatchMatMul", { a, b }, { transposeA, transposeB });
  }

  /** Parts of a tensor along an axis, by their places in a vector. */
  gather(x: TfTensor, indices: TfTensor, axis = 0): TfTensor {
    return this.run("GatherV2", { x, indices }, { axis, batchDims: 0 });
  }

  /** Zeros, with rows added at the places in a vector. */
  scatterAdd(indices: TfTensor, updates: TfTensor, shape: Shape): TfTensor {
    const places = this.reshape(indices, [indices.size, 1]);
    return this.run("ScatterNd", { indices: places, updates }, { shape: [...shape] });
  }

  /** The integers from 0 to below `n`, in a shape. */
  range(n: number, shape: Shape = [n]): TfTensor {
    return this.tensor(Int32Array.from({ length: n }, (_, i) => i), shape, "int32");
  }
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}
