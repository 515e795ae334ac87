import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats, type Sample } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { sum } from "../reduce/sum.ts";
import { broadcastTo } from "../shape/broadcast_to.ts";
import { reshape } from "../shape/reshape.ts";
import { stridedSlice } from "../shape/strided_slice.ts";
import { transpose } from "../shape/transpose.ts";
import { matmul } from "./matmul.ts";

/** A tensor whose axes have labels. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

const OPERATION = "compute einsum";

/** The labels of one term, the ellipsis spelled out: `...` over two axes becomes `.1`, `.0`. */
function labelsOf(term: string, equation: string, rank?: number): string[] {
  const [before, after, more] = term.split("...");
  const valid = /^[A-Za-z]*$/.test(before + (after ?? "")) && more === undefined;
  const named = before.length + (after ?? "").length, rest = rank === undefined ? 0 : rank - named;
  if (!valid || (rank !== undefined && (rest < 0 || (after === undefined && rest > 0)))) {
    throw new RangeError(
      `Cannot ${OPERATION} as every term must have one letter for each axis, or "..." for several: ` +
        `current ${JSON.stringify(term)} in ${JSON.stringify(equation)}` +
        (rank === undefined ? "" : ` for a tensor of rank ${rank}`),
    );
  }
  const dots = Array.from({ length: rest }, (_, i) => `.${rest - 1 - i}`);
  return [...before, ...after === undefined ? [] : dots, ...after ?? ""];
}

/** The labels of all inputs and of the result. */
function parse(equation: string, xs: readonly Tensor[]): { inputs: string[][]; output: string[] } {
  const [left, right, more] = String(equation).replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (more !== undefined || terms.length !== xs.length) {
    throw new RangeError(
      `Cannot ${OPERATION} as the equation must have a term for each tensor, then "->" and that of ` +
        `the result: current ${JSON.stringify(equation)} for ${xs.length} tensors`,
    );
  }
  const inputs = terms.map((term, i) => labelsOf(term, equation, xs[i].rank));
  const all = inputs.flat(), dots = [...new Set(all.filter((l) => l.startsWith(".")))];
  dots.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  if (right === undefined) {
    const once = all.filter((l) => !l.startsWith(".") && all.indexOf(l) === all.lastIndexOf(l));
    return { inputs, output: [...dots, ...once.sort()] };
  }
  const output = labelsOf(right, equation).flatMap((l) => [l]);
  const at = right.indexOf("...");
  if (at >= 0) output.splice(at, 0, ...dots);
  const wrong = output.find((l, i) => !all.includes(l) || output.indexOf(l) !== i);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot ${OPERATION} as each label of the result must be that of an input, once: current ` +
        `${JSON.stringify(wrong)} in ${JSON.stringify(equation)}`,
    );
  }
  return { inputs, output };
}

/** The axes in the order of `labels`, which are all of them. */
function arranged({ x, labels }: Labelled, order: readonly string[]): Tensor {
  return transpose(x, order.map((l) => labels.indexOf(l)));
}

/** The diagonal along two axes that have one label, which stands last. */
function diagonal({ x, labels }: Labelled): Labelled {
  const twice = labels.find((l, i) => labels.indexOf(l) !== i);
  if (twice === undefined) return { x, labels };
  const i = labels.indexOf(twice), j = labels.indexOf(twice, i + 1), n = x.shape[i];
  const others = labels.map((_, k) => k).filter((k) => k !== i && k !== j);
  const outer = others.map((k) => x.shape[k]);
  const flat = reshape(transpose(x, [...others, i, j]), [...outer, n * n]);
  const steps = [...outer.map(() => ({})), { step: n + 1 }];
  return diagonal({
    x: stridedSlice(flat, steps),
    labels: [...others.map((k) => labels[k]), twice],
  });
}

/** Leaves axes out: those of size 1 that are longer elsewhere, and sums over what nobody needs. */
function reduced(
  { x, labels }: Labelled,
  sizes: ReadonlyMap<string, number>,
  needed: ReadonlySet<string>,
): Labelled {
  const stretched = (i: number) => x.shape[i] === 1 && sizes.get(labels[i]) !== 1;
  const kept = labels.map((_, i) => i).filter((i) => !stretched(i));
  const y = { x: reshape(x, kept.map((i) => x.shape[i])), labels: kept.map((i) => labels[i]) };
  const axis = y.labels.map((_, i) => i).filter((i) => !needed.has(y.labels[i]));
  if (axis.length === 0) return y;
  return { x: sum(y.x, { axis }), labels: y.labels.filter((l) => needed.has(l)) };
}

/** The product of two, over the labels that nobody needs after: a batch of matrix products. */
function product(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const size = ({ x, labels }: Labelled, of: readonly string[]) =>
    of.map((l) => x.shape[labels.indexOf(l)]);
  const shared = a.labels.filter((l) => b.labels.includes(l));
  const batch = shared.filter((l) => needed.has(l)), over = shared.filter((l) => !needed.has(l));
  const rows = a.labels.filter((l) => !shared.includes(l));
  const columns = b.labels.filter((l) => !shared.includes(l));
  const outer = size(a, batch), [m, n, k] = [size(a, rows), size(b, columns), size(a, over)];
  const left = reshape(arranged(a, [...batch, ...rows, ...over]), [...outer, sizeOf(m), sizeOf(k)]);
  const right = arranged(b, [...batch, ...over, ...columns]);
  const y = matmul(left, reshape(right, [...outer, sizeOf(k), sizeOf(n)]));
  return { x: reshape(y, [...outer, ...m, ...n]), labels: [...batch, ...rows, ...columns] };
}

/**
 * The sum of products that an equation in Einstein's notation names: every axis has a letter, and over
 * letters that the result does not have is summed.
 *
 * `einsum("ij,jk->ik", a, b)` is `y_ik = sum_j a_ij b_jk`, the matrix product; `"ii->i"` the diagonal,
 * `"ij->ji"` the transpose, `"bhqd,bhkd->bhqk"` the scores of attention. `...` stands for any number of
 * axes, which broadcast, as all axes of size 1 do. Without `->` the result has the letters that occur
 * once, in the order of the alphabet.
 *
 * It is made of `transpose`, `sum` and `matmul`, from the left to the right, and so is its gradient.
 * int32 becomes float32.
 *
 * Throws `RangeError` for an equation that does not fit the tensors, `ShapeError` where a letter stands
 * for different sizes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { einsum } from "@neurite/tensor";
 *
 * const a = [[1, 2], [3, 4]], b = [[1, 0], [1, 1]];
 * assertEquals(einsum("ij,jk->ik", a, b).array(), [[3, 2], [7, 4]]);
 * assertEquals(einsum("ii->", a).item(), 5); // the trace
 * assertEquals(einsum("...j,...j->...", a, a).array(), [5, 25]); // the squared norm of each row
 * ```
 */
export const einsum: Composite<[equation: string, ...xs: TensorLike[]]> = composite(
  (equation: string, ...values: TensorLike[]): Tensor =>
    tidy(() => {
      const backend = values.find((x) => x instanceof Tensor)?.backend;
      const xs = values.map((x) => cast(asTensor(x, backend), "float32"));
      const { inputs, output } = parse(equation, xs);
      const sizes = new Map<string, number>();
      xs.forEach(({ shape }, i) =>
        shape.forEach((n, axis) => {
          const label = inputs[i][axis], known = sizes.get(label) ?? 1;
          if (known !== 1 && n !== 1 && n !== known) {
            throw new ShapeError(
              OPERATION,
              `each letter of ${JSON.stringify(equation)} must stand for one size, or 1`,
              xs.map((x) => x.shape),
            );
          }
          sizes.set(label, known === 1 ? n : known);
        })
      );
      const last = output;
      const parts = xs.map((x, i) => diagonal({ x: expanded(x, inputs[i]), labels: inputs[i] }));
      const neededAfter = (i: number) => new Set([...last, ...inputs.slice(i + 1).flat()]);
      const own = (i: number) => new Set([...last, ...inputs.filter((_, k) => k !== i).flat()]);
      let y = reduced(parts[0], sizes, own(0));
      for (let i = 1; i < parts.length; i++) {
        y = product(y, reduced(parts[i], sizes, own(i)), neededAfter(i));
        y = reduced(y, sizes, neededAfter(i));
      }
      // What was of size 1 in every input that has it, or stretched in all that are left.
      const missing = last.filter((l) => !y.labels.includes(l));
      const x = reshape(y.x, [...y.x.shape, ...missing.map(() => 1)]);
      const labels = [...y.labels, ...missing];
      return broadcastTo(arranged({ x, labels }, last), last.map((l) => sizes.get(l)!));
    }),
  samples(),
);

/** A repeated label needs both of its axes of one length: one of size 1 is stretched first. */
function expanded(x: Tensor, labels: readonly string[]): Tensor {
  const size = (l: string) => Math.max(...labels.map((m, i) => m === l ? x.shape[i] : 0));
  const repeated = labels.map((l, i) =>
    labels.indexOf(l) === labels.lastIndexOf(l) ? x.shape[i] : size(l)
  );
  return repeated.every((n, i) => n === x.shape[i]) ? x : broadcastTo(x, repeated);
}

/** Equations with the shapes that they are tried on. */
function samples(): Sample[] {
  const cases: readonly [equation: string, ...shapes: number[][]][] = [
    ["ij,jk->ik", [3, 5], [5, 4]],
    ["ij,kj", [3, 5], [4, 5]],
    ["ii->i", [4, 4]],
    ["ii->", [4, 4]],
    ["ij->ji", [3, 5]],
    ["ij->", [3, 5]],
    ["i,j->ij", [3], [5]],
    ["i,i->", [33], [33]],
    ["bhqd,bhkd->bhqk", [2, 3, 4, 5], [2, 3, 6, 5]],
    ["bij,bjk->bik", [2, 3, 4], [2, 4, 5]],
    ["...ij,...jk->...ik", [2, 1, 3, 4], [5, 4, 2]],
    ["...j->...", [2, 3, 4]],
    ["ij,jk,kl->il", [2, 3], [3, 4], [4, 5]],
    ["iij,jk->ik", [3, 3, 2], [2, 4]],
    ["ij,ij->ij", [3, 4], [3, 1]],
    ["ijk,jil->kl", [2, 3, 4], [3, 2, 5]],
    [",i->i", [], [5]],
  ];
  return cases.map(([equation, ...shapes]) => ({
    name: `${equation} of ${shapes.map((shape) => `[${shape}]`).join(", ")}`,
    inputs: shapes.map((shape) => floats(shape, -2, 2)),
    call: (...xs) => einsum(equation, ...xs),
  }));
}
