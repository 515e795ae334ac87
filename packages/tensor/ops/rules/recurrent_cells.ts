/**
 * The cells of recurrent networks, one step of one example at a time, in f64: the reference of the
 * operations on whole sequences. Each cell is written as the book writes it, with the weights of its
 * gates side by side, in the order of Keras.
 */

/** The cells: simple ones with either activation, long short-term memory, gated recurrent units. */
export type CellName = "tanh" | "relu" | "lstm" | "gru" | "gruResetAfter";

/** A vector. */
type Vector = ArrayLike<number>;

/** What a step starts from. */
export interface CellInput {
  /** What the input adds to the gates, `x W + b`. */
  readonly x: Vector;
  /** The state before the step. */
  readonly h: Vector;
  /** The cell state before the step. */
  readonly c: Vector;
  /** `v U` for the columns `from` to `to - 1`. */
  readonly times: (v: Vector, from: number, to: number) => number[];
  /** What is added to `h U`, where the cell has such a bias. */
  readonly bias: Vector;
}

/** What a step gives, and what its backward pass needs. */
export interface CellOutput {
  /** The state after the step. */
  readonly h: Vector;
  /** The cell state after the step. */
  readonly c: Vector;
  /** The gates, side by side. */
  readonly gates: Vector;
  /** One vector more that the backward pass needs, for cells that have it. */
  readonly extra: Vector;
}

/** What the backward pass through a step starts from. */
export interface CellBack {
  /** The gradient of the state after the step. */
  readonly dh: Vector;
  /** The gradient of the cell state after the step. */
  readonly dc: Vector;
  /** The state before the step. */
  readonly h: Vector;
  /** The cell state before the step. */
  readonly c: Vector;
  /** The gates. */
  readonly gates: Vector;
  /** The vector more. */
  readonly extra: Vector;
  /** `d U^T` for columns of `U` that begin at `from`. */
  readonly timesTransposed: (d: Vector, from: number) => number[];
}

/** What the backward pass gives. */
export interface CellGradient {
  /** The gradient of what the input adds to the gates. */
  readonly dx: Vector;
  /** The gradient of the state before the step. */
  readonly dh: Vector;
  /** The gradient of the cell state before the step. */
  readonly dc: Vector;
}

/** A cell. */
export interface Cell {
  /** How many gates: the recurrent kernel has so many times as many columns as rows. */
  readonly gates: number;
  /** Whether there is a cell state beside the state. */
  readonly hasCellState: boolean;
  /** Whether the backward pass needs a vector more. */
  readonly hasExtra: boolean;
  /** A step. */
  readonly forward: (input: CellInput) => CellOutput;
  /** The backward pass of a step. */
  readonly backward: (back: CellBack) => CellGradient;
  /**
   * The two vectors whose products are the gradient of `U` in the columns of gate number `gate`:
   * what was multiplied by them, and the gradient of the product.
   */
  readonly kernelFactors: (
    gate: number,
    step: Pick<CellBack, "h" | "gates" | "extra"> & { readonly dx: Vector },
  ) => [left: Vector, right: Vector];
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Part number `i` of `count` equal parts. */
function part(v: Vector, i: number, count: number): number[] {
  const n = v.length / count;
  return Array.from({ length: n }, (_, j) => v[i * n + j]);
}

/** `f` of every place. */
function each(n: number, f: (j: number) => number): number[] {
  return Array.from({ length: n }, (_, j) => f(j));
}

/** What was multiplied is the state before the step, for cells that do nothing to it. */
const plainFactors = (gates: number): Cell["kernelFactors"] => (gate, { h, dx }) => [
  h,
  part(dx, gate, gates),
];

/** `h' = f(x + h U)`, with the slope of `f` from its value. */
function simple(f: (z: number) => number, slope: (y: number) => number): Cell {
  return {
    gates: 1,
    hasCellState: false,
    hasExtra: false,
    forward: ({ x, h, c, times }) => {
      const z = times(h, 0, h.length), y = each(h.length, (j) => f(x[j] + z[j]));
      return { h: y, c, gates: y, extra: [] };
    },
    backward: ({ dh, dc, gates, timesTransposed }) => {
      const dx = each(dh.length, (j) => dh[j] * slope(gates[j]));
      return { dx, dh: timesTransposed(dx, 0), dc };
    },
    kernelFactors: plainFactors(1),
  };
}

const lstm: Cell = {
  gates: 4,
  hasCellState: true,
  hasExtra: true,
  forward: ({ x, h, c, times }) => {
    const n = h.length, u = times(h, 0, 4 * n), z = each(4 * n, (j) => x[j] + u[j]);
    const i = part(z, 0, 4).map(sigmoid), f = part(z, 1, 4).map(sigmoid);
    const g = part(z, 2, 4).map(Math.tanh), o = part(z, 3, 4).map(sigmoid);
    const after = each(n, (j) => f[j] * c[j] + i[j] * g[j]), extra = after.map(Math.tanh);
    const gates = [...i, ...f, ...g, ...o];
    return { h: each(n, (j) => o[j] * extra[j]), c: after, gates, extra };
  },
  backward: ({ dh, dc: given, c, gates, extra, timesTransposed }) => {
    const n = dh.length, [i, f, g, o] = [0, 1, 2, 3].map((k) => part(gates, k, 4));
    const dc = each(n, (j) => given[j] + dh[j] * o[j] * (1 - extra[j] ** 2));
    const dx = [
      ...each(n, (j) => dc[j] * g[j] * i[j] * (1 - i[j])),
      ...each(n, (j) => dc[j] * c[j] * f[j] * (1 - f[j])),
      ...each(n, (j) => dc[j] * i[j] * (1 - g[j] ** 2)),
      ...each(n, (j) => dh[j] * extra[j] * o[j] * (1 - o[j])),
    ];
    return { dx, dh: timesTransposed(dx, 0), dc: each(n, (j) => dc[j] * f[j]) };
  },
  kernelFactors: plainFactors(4),
};

/** The new state of both kinds of gated recurrent units: between the old one and the candidate. */
function mix(z: Vector, h: Vector, candidate: Vector): number[] {
  return each(h.length, (j) => z[j] * h[j] + (1 - z[j]) * candidate[j]);
}

/** The gradients of what goes into the update gate and into the candidate. */
function backThroughMix({ dh, h, gates }: CellBack): [dz: number[], da: number[]] {
  const [z, , candidate] = [0, 1, 2].map((k) => part(gates, k, 3));
  return [
    each(dh.length, (j) => dh[j] * (h[j] - candidate[j]) * z[j] * (1 - z[j])),
    each(dh.length, (j) => dh[j] * (1 - z[j]) * (1 - candidate[j] ** 2)),
  ];
}

/** The reset gate is applied to the state, before the product. */
const gru: Cell = {
  gates: 3,
  hasCellState: false,
  hasExtra: true,
  forward: ({ x, h, c, times }) => {
    const n = h.length, u = times(h, 0, 2 * n), gates = each(2 * n, (j) => sigmoid(x[j] + u[j]));
    const extra = each(n, (j) => gates[n + j] * h[j]), v = times(extra, 2 * n, 3 * n);
    const candidate = each(n, (j) => Math.tanh(x[2 * n + j] + v[j]));
    return { h: mix(gates, h, candidate), c, gates: [...gates, ...candidate], extra };
  },
  backward: (back) => {
    const { dh, dc, h, gates, timesTransposed } = back, n = dh.length;
    const [dz, da] = backThroughMix(back), dReset = timesTransposed(da, 2 * n);
    const r = part(gates, 1, 3), dr = each(n, (j) => dReset[j] * h[j] * r[j] * (1 - r[j]));
    const through = timesTransposed([...dz, ...dr], 0);
    return {
      dx: [...dz, ...dr, ...da],
      dh: each(n, (j) => dh[j] * gates[j] + dReset[j] * r[j] + through[j]),
      dc,
    };
  },
  kernelFactors: (gate, { h, extra, dx }) => [gate === 2 ? extra : h, part(dx, gate, 3)],
};

/** The reset gate is applied to the product of the state. */
const gruResetAfter: Cell = {
  gates: 3,
  hasCellState: false,
  hasExtra: true,
  forward: ({ x, h, c, times, bias }) => {
    const n = h.length, product = times(h, 0, 3 * n), u = each(3 * n, (j) => product[j] + bias[j]);
    const gates = each(2 * n, (j) => sigmoid(x[j] + u[j])), extra = part(u, 2, 3);
    const candidate = each(n, (j) => Math.tanh(x[2 * n + j] + gates[n + j] * extra[j]));
    return { h: mix(gates, h, candidate), c, gates: [...gates, ...candidate], extra };
  },
  backward: (back) => {
    const { dh, dc, gates, extra, timesTransposed } = back, n = dh.length;
    const [dz, da] = backThroughMix(back), r = part(gates, 1, 3);
    const dr = each(n, (j) => da[j] * extra[j] * r[j] * (1 - r[j]));
    const through = timesTransposed([...dz, ...dr, ...each(n, (j) => da[j] * r[j])], 0);
    return {
      dx: [...dz, ...dr, ...da],
      dh: each(n, (j) => dh[j] * gates[j] + through[j]),
      dc,
    };
  },
  kernelFactors: (gate, { h, gates, dx }) => {
    const d = part(dx, gate, 3), r = part(gates, 1, 3);
    return [h, gate === 2 ? d.map((v, j) => v * r[j]) : d];
  },
};

/** Every cell. */
export const CELLS: Readonly<Record<CellName, Cell>> = {
  tanh: simple(Math.tanh, (y) => 1 - y * y),
  relu: simple((z) => Math.max(z, 0), (y) => y > 0 ? 1 : 0),
  lstm,
  gru,
  gruResetAfter,
};
