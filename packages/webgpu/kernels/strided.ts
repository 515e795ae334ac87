/** Arrays that are read and written in strides: shapes with as few axes as do, and the places in WGSL. */

/** A shape and, for each array, how far apart neighbours along its axes are. */
export interface Strided {
  /** The sizes. */
  readonly shape: readonly number[];
  /** The strides of each array. */
  readonly strides: readonly (readonly number[])[];
}

/** The same places in the same order, with neighbouring axes joined wherever all arrays allow it. */
export function collapsed({ shape, strides }: Strided): Strided {
  const sizes: number[] = [], steps: number[][] = strides.map(() => []);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const last = sizes.length - 1;
    const joins = last >= 0 &&
      steps.every((list, k) => list[last] === strides[k][axis] * n);
    if (joins) sizes[last] *= n;
    else sizes.push(n);
    const at = sizes.length - 1;
    steps.forEach((list, k) => list[at] = strides[k][axis]);
  });
  return { shape: sizes, strides: steps };
}

/** The parameters that {@linkcode placeCode} needs: sizes but the first, and strides. */
export function placeParams(rank: number, names: readonly string[], prefix = ""): string[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [
    ...axes.slice(1).map((axis) => `${prefix}size${axis}: u32`),
    ...names.flatMap((name) => axes.map((axis) => `${prefix}${name}${axis}: i32`)),
  ];
}

/** Their values. */
export function placeValues({ shape, strides }: Strided): number[] {
  return [...shape.slice(1), ...strides.flat()];
}

/**
 * Statements that add to the variables of those names, i32, the place of element `index` in each array.
 */
export function placeCode(
  rank: number,
  names: readonly string[],
  index: string,
  prefix = "",
): string {
  if (rank === 0) return "";
  const add = (axis: number, at: string) =>
    names.map((name) => `${name} += ${at} * p.${prefix}${name}${axis};`).join(" ");
  let code = `var ${prefix}rest = ${index};`;
  for (let axis = rank - 1; axis > 0; axis--) {
    const size = `p.${prefix}size${axis}`;
    code += `
  { let at = i32(${prefix}rest % ${size}); ${prefix}rest /= ${size}; ${add(axis, "at")} }`;
  }
  return `${code}
  { let at = i32(${prefix}rest); ${add(0, "at")} }`;
}
