/** Operations on corresponding elements: the kernel goes by the operation's name. */
import { broadcastStrides, sizeOf } from "../../../shape.ts";
import type { KernelName } from "../kernel_name.ts";
import { address, type Runner } from "./runner.ts";

/** Elements that are worth a thread of their own. */
export const GRAIN = 16384;

/** Runs `name(x, y, p, q, begin, end)`. */
export function unaryRunner(name: string): Runner<readonly number[]> {
  const kernel = name as KernelName;
  return (engine, [x], [p = 0, q = 0], output) => {
    const y = engine.allocate(x.size);
    if (sizeOf(output.shape) > 0) {
      engine.launch(kernel, x.size, GRAIN, address(x), y.address, p, q);
    }
    return y;
  };
}

/**
 * Runs `name(a, b, y, stepA, stepB, begin, end)` where both operands are read straight through or
 * are single numbers, else `nameRows(a, b, y, meta, begin, end)` over the rows of the result.
 */
export function binaryRunner(name: string): Runner<undefined> {
  const flat = name as KernelName, rows = `${name}Rows` as KernelName;
  return (engine, [a, b], _, { shape }) => {
    const size = sizeOf(shape), y = engine.allocate(size);
    if (size === 0) return y;
    const stepA = a.size === size ? 1 : 0, stepB = b.size === size ? 1 : 0;
    if ((stepA === 1 || a.size === 1) && (stepB === 1 || b.size === 1)) {
      engine.launch(flat, size, GRAIN, address(a), address(b), y.address, stepA, stepB);
      return y;
    }
    const { n, meta } = joinAxes([a.shape, b.shape], shape);
    const grain = Math.ceil(GRAIN / n);
    engine.launch(rows, size / n, grain, address(a), address(b), y.address, engine.meta(meta));
    return y;
  };
}

/**
 * Joins the axes of `shape` that all operands, broadcast to it, read on in the same way. The
 * innermost joined axis is the row, of `n` elements. `meta` is what kernels over rows read: [number
 * of outer axes, n, each operand's step within a row, sizes of the outer axes, each operand's
 * strides along them].
 */
export function joinAxes(
  operands: readonly (readonly number[])[],
  shape: readonly number[],
): { n: number; meta: number[] } {
  const strides = operands.map((operand) => broadcastStrides(operand, shape));
  const sizes: number[] = [], steps: number[][] = operands.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    const inner = sizes.length - 1;
    const joins = inner >= 0 &&
      strides.every((s, k) => s[axis] === steps[k][inner] * sizes[inner]);
    if (joins) sizes[inner] *= shape[axis];
    else {
      sizes.push(shape[axis]);
      strides.forEach((s, k) => steps[k].push(s[axis]));
    }
  }
  const outer = (list: number[]) => list.slice(1).reverse(), n = sizes[0];
  const meta = [sizes.length - 1, n, ...steps.map((s) => s[0]), ...outer(sizes)];
  return { n, meta: meta.concat(...steps.map(outer)) };
}
