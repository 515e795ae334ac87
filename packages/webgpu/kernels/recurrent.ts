/**
 * Whole sequences of recurrent layers as one recording: what the inputs add to the gates in one product,
 * then for each step the product with the state and the gates in one kernel, or two. States go from one
 * half of a buffer to the other. `recurrence.ts` of tensor says how results are laid out.
 */
import type { Operand, Recurrence } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import {
  sequenceInputs,
  sequenceKernelRows,
  type SequenceLayout,
  sequenceLayout,
  type SequenceResult,
} from "@neurite/tensor/internal";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { sumAt } from "./index.ts";
import { map } from "./map.ts";
import { fill, move } from "./movement.ts";
import { product } from "./product.ts";
import { reduce, sizeOf, SUM } from "./reduce.ts";
import { allocate, blockOf, groupsFor, type Runner, withScratch } from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;
type Cell = Recurrence["cell"];

/** How many gates. */
const GATES: Readonly<Record<Cell, number>> = {
  tanh: 1,
  relu: 1,
  lstm: 4,
  gru: 3,
  gruResetAfter: 3,
};
/** The cells that keep a vector more for the backward pass. */
const HAS_EXTRA: Readonly<Record<Cell, boolean>> = {
  tanh: false,
  relu: false,
  lstm: true,
  gru: true,
  gruResetAfter: true,
};

/** The numbers of a step: place `t` of the sequence, and the halves of the states. */
const STEP = [
  ...["n: u32", "units: u32", "width: u32", "time: u32", "t: u32", "old: u32", "new_: u32"],
  ...["sequence: u32", "before: u32", "gates: u32", "cells: u32", "extra: u32"],
];
function stepValues(layout: SequenceLayout, t: number, step: number): number[] {
  const { batch, units, width, time, states } = layout, half = states * batch * units;
  return [
    ...[batch * units, units, width, time, t, (step % 2) * half, ((step + 1) % 2) * half],
    ...[layout.sequence, layout.before, layout.gates, layout.cells, layout.extra],
  ];
}

/** Example `b`, unit `j`, its `row` among all steps, and the old state. */
const PLACE = `${EACH_ELEMENT}
  let b = i / p.units;
  let j = i % p.units;
  let row = b * p.time + p.t;`;

/** `total_g`, the product of the vector at `from` of the buffer with the columns of gates. */
function products(gates: readonly number[], vector: string, kernel: string): string {
  return `
  ${gates.map((g) => `var u${g} = 0.0;`).join(" ")}
  for (var k = 0u; k < p.units; k++) {
    let v = ${vector};
    ${gates.map((g) => `u${g} += v * ${kernel}[k * p.width + ${g}u * p.units + j];`).join(" ")}
  }`;
}

/** What a step does in each cell: the new state `h_`, the new cell state `c_`, the gates and the rest. */
const FORWARD: Readonly<Record<Cell, string>> = {
  tanh: "let g0 = tanhOf(x0 + u0); let h_ = g0;",
  relu: "let g0 = positivePart(x0 + u0); let h_ = g0;",
  lstm: `
    let g0 = sigmoidOf(x0 + u0); let g1 = sigmoidOf(x1 + u1);
    let g2 = tanhOf(x2 + u2); let g3 = sigmoidOf(x3 + u3);
    let c_ = g1 * c + g0 * g2;
    let extra = tanhOf(c_);
    let h_ = g3 * extra;`,
  gru: `
    let g0 = aux[i]; let g1 = aux[p.n + i];
    let extra = g1 * h;
    let g2 = tanhOf(x2 + u2);
    let h_ = g0 * h + (1.0 - g0) * g2;`,
  gruResetAfter: `
    let g0 = sigmoidOf(x0 + u0 + bias[j]); let g1 = sigmoidOf(x1 + u1 + bias[p.units + j]);
    let extra = u2 + bias[2u * p.units + j];
    let g2 = tanhOf(x2 + g1 * extra);
    let h_ = g0 * h + (1.0 - g0) * g2;`,
};

/** What the inputs add to the gates, `[batch, time, width]`, for `f`. */
function withGates(
  device: Device,
  inputs: ReturnType<typeof sequenceInputs<Operand>>,
  { input, biased }: Recurrence,
  { batch, time, width }: SequenceLayout,
  f: (gates: Block) => void,
): void {
  const { x, inputKernel, bias } = inputs, size = batch * time * width;
  if (input === "gates" && !biased) return f(blockOf(x));
  withScratch(device, size, (gates) => {
    if (input === "vectors") {
      const features = x.shape[2];
      product(device, {
        ...{ m: batch * time, n: width, k: features },
        a: { block: blockOf(x), strides: [features, 1] },
        b: { block: blockOf(inputKernel!), strides: [width, 1] },
        y: { block: gates, strides: [width, 1] },
        bias: bias && blockOf(bias),
      });
    } else if (input === "gates") {
      map(device, {
        ...{ name: "add", expression: "a + b", shape: [batch * time, width] },
        sources: [
          { name: "a", block: blockOf(x), type: "f32", strides: [width, 1] },
          { name: "b", block: blockOf(bias!), type: "f32", strides: [0, 1] },
        ],
        target: { block: gates, type: "f32", strides: [width, 1] },
      });
    } else {
      device.run(
        `symbols ${biased}`,
        () => ({
          params: ["n: u32", "width: u32", "count: u32"],
          reads: ["x: i32", "w: f32", ...biased ? ["bias: f32"] : []],
          writes: ["y: f32"],
          workgroup: [WIDTH, 1, 1],
          main: `${EACH_ELEMENT}
  let j = i % p.width;
  let symbol = u32(x[i / p.width]);
  var v = ${biased ? "bias[j]" : "0.0"};
  if (symbol < p.count) { v += w[symbol * p.width + j]; }
  y[i] = v;`,
        }),
        [blockOf(x), blockOf(inputKernel!), ...bias ? [blockOf(bias)] : [], gates],
        [size, width, inputKernel!.shape[0]],
        groupsFor(size),
      );
    }
    f(gates);
  });
}

export const recurrentForward: Run<"recurrentForward"> = (device, operands, recurrence, spec) => {
  const inputs = sequenceInputs(operands, recurrence),
    { x, kernel, h0, c0, recurrentBias, mask } = inputs;
  const layout = sequenceLayout(x.shape, kernel.shape, recurrence),
    { batch, time, units, states } = layout;
  const { cell, saved, sequences, reverse } = recurrence, n = batch * units, half = states * n;
  const y = allocate(device, sizeOf(spec)), gates = GATES[cell];
  const all = Array.from({ length: gates }, (_, g) => g), hasCells = cell === "lstm";
  const line = (block: Block, offset = 0) => [block, { strides: [1], offset }] as const;
  withGates(device, inputs, recurrence, layout, (input) => {
    withScratch(device, 2 * half, (state) => {
      move(device, [n], line(blockOf(h0)), line(state));
      if (c0 !== undefined) move(device, [n], line(blockOf(c0)), line(state, n));
      withScratch(device, cell === "gru" ? 2 * n : 1, (aux) => {
        for (let step = 0; step < time; step++) {
          const t = reverse ? time - 1 - step : step, values = stepValues(layout, t, step);
          if (cell === "gru") {
            device.run(
              "recurrentReset",
              () => ({
                params: STEP,
                reads: ["x: f32", "kernel: f32"],
                writes: ["state: f32", "aux: f32"],
                workgroup: [WIDTH, 1, 1],
                main: `${PLACE}${products([0, 1], "state[p.old + b * p.units + k]", "kernel")}
  aux[i] = sigmoidOf(x[row * p.width + j] + u0);
  aux[p.n + i] = sigmoidOf(x[row * p.width + p.units + j] + u1);`,
              }),
              [input, blockOf(kernel), state, aux],
              values,
              groupsFor(n),
            );
          }
          const vector = cell === "gru"
            ? "aux[p.n + b * p.units + k] * state[p.old + b * p.units + k]"
            : "state[p.old + b * p.units + k]";
          const has = {
            bias: recurrentBias !== undefined,
            mask: mask !== undefined,
            aux: cell === "gru",
          };
          device.run(
            `recurrent ${cell} ${saved} ${sequences} ${has.mask}`,
            () => ({
              params: STEP,
              reads: [
                ...["x: f32", "kernel: f32"],
                ...has.bias ? ["bias: f32"] : [],
                ...has.mask ? ["mask: f32"] : [],
              ],
              writes: ["state: f32", "y: f32", ...has.aux ? ["aux: f32"] : []],
              workgroup: [WIDTH, 1, 1],
              main: `${PLACE}
  let h = state[p.old + i];
  ${hasCells ? "let c = state[p.old + p.n + i];" : ""}
  ${saved ? "y[p.before + row * p.units + j] = h;" : ""}
  ${saved && hasCells ? "y[p.cells + row * p.units + j] = c;" : ""}
  var after = h;
  ${hasCells ? "var after_c = c;" : ""}
  if (${has.mask ? "!isZero(mask[row])" : "true"}) {
    ${all.map((g) => `let x${g} = x[row * p.width + ${g}u * p.units + j];`).join(" ")}
    ${products(cell === "gru" ? [2] : all, vector, "kernel")}
    ${FORWARD[cell]}
    after = h_;
    ${hasCells ? "after_c = c_;" : ""}
    ${
                saved
                  ? all.map((g) => `y[p.gates + row * p.width + ${g}u * p.units + j] = g${g};`)
                    .join(" ")
                  : ""
              }
    ${saved && HAS_EXTRA[cell] ? "y[p.extra + row * p.units + j] = extra;" : ""}
  }${
                saved && has.mask
                  ? ` else {
    ${
                    all.map((g) => `y[p.gates + row * p.width + ${g}u * p.units + j] = 0.0;`).join(
                      " ",
                    )
                  }
    ${HAS_EXTRA[cell] ? "y[p.extra + row * p.units + j] = 0.0;" : ""}
  }`
                  : ""
              }
  state[p.new_ + i] = after;
  ${hasCells ? "state[p.new_ + p.n + i] = after_c;" : ""}
  ${sequences ? "y[p.sequence + row * p.units + j] = after;" : ""}`,
            }),
            [
              ...[input, blockOf(kernel)],
              ...recurrentBias ? [blockOf(recurrentBias)] : [],
              ...mask ? [blockOf(mask)] : [],
              ...[state, y.block, ...has.aux ? [aux] : []],
            ],
            values,
            groupsFor(n),
          );
        }
      });
      move(device, [half], line(state, time % 2 * half), line(y.block));
    });
  });
  return y;
};

export const recurrentOutput: Run<"recurrentOutput"> = (
  device,
  [packed, ...operands],
  result,
  spec,
) => {
  const { x, kernel } = sequenceInputs(operands, result),
    size = sizeOf(spec),
    y = allocate(device, size);
  const { sequence } = sequenceLayout(x.shape, kernel.shape, result);
  const offset = result.part === "state" ? 0 : sequence;
  move(device, [size], [blockOf(packed), { strides: [1], offset }], [y.block, { strides: [1] }]);
  return y;
};

/**
 * The backward pass of a step, before products: what goes to each gate, `d0` and so on, what of it the
 * state's product has, in `gradients` at the gate's place, and `direct`, what goes to the old state.
 */
const BACKWARD: Readonly<Record<Cell, string>> = {
  tanh: "let d0 = dh * (1.0 - g0 * g0); let direct = 0.0;",
  relu: "let d0 = select(0.0, dh, g0 > 0.0); let direct = 0.0;",
  lstm: `
    let dc_ = dc + dh * g3 * (1.0 - extra * extra);
    let d0 = dc_ * g2 * g0 * (1.0 - g0);
    let d1 = dc_ * c * g1 * (1.0 - g1);
    let d2 = dc_ * g0 * (1.0 - g2 * g2);
    let d3 = dh * extra * g3 * (1.0 - g3);
    after_c = dc_ * g1;
    let direct = 0.0;`,
  gru: `
    let d0 = dh * (h - g2) * g0 * (1.0 - g0);
    let d1 = 0.0;
    let d2 = dh * (1.0 - g0) * (1.0 - g2 * g2);
    let direct = dh * g0;`,
  gruResetAfter: `
    let d0 = dh * (h - g2) * g0 * (1.0 - g0);
    let d2 = dh * (1.0 - g0) * (1.0 - g2 * g2);
    let d1 = d2 * extra * g1 * (1.0 - g1);
    let direct = dh * g0;`,
};

export const recurrentGradient: Run<"recurrentGradient"> = (
  device,
  [dy, packed, ...operands],
  gradient,
  spec,
) => {
  const inputs = sequenceInputs(operands, gradient), { x, kernel, mask } = inputs;
  const layout = sequenceLayout(x.shape, kernel.shape, gradient);
  const { batch, time, units, width, states } = layout, n = batch * units, half = states * n;
  const { cell, part, by, reverse } = gradient, gates = GATES[cell], hasCells = cell === "lstm";
  const y = allocate(device, sizeOf(spec)), all = Array.from({ length: gates }, (_, g) => g);
  const line = (block: Block, offset = 0) => [block, { strides: [1], offset }] as const;
  withScratch(
    device,
    2 * half,
    (state) =>
      withScratch(
        device,
        batch * width,
        (gradients) =>
          withScratch(device, units * width, (turned) => {
            move(device, [width, units], [blockOf(kernel), { strides: [1, width] }], [
              turned,
              { strides: [units, 1] },
            ]);
            if (part === "state") {
              move(device, [half], line(blockOf(dy)), line(state));
            } else fill(device, state, half, 0);
            for (let step = 0; step < time; step++) {
              const forward = time - 1 - step, t = reverse ? time - 1 - forward : forward;
              const values = stepValues(layout, t, step), groups = groupsFor(n);
              device.run(
                `recurrentBack ${cell} ${part} ${by} ${mask !== undefined}`,
                () => ({
                  params: STEP,
                  reads: [
                    "saved: f32",
                    ...part === "sequence" ? ["dy: f32"] : [],
                    ...mask ? ["mask: f32"] : [],
                  ],
                  writes: ["state: f32", "gradients: f32", ...by === "input" ? ["y: f32"] : []],
                  workgroup: [WIDTH, 1, 1],
                  main: `${PLACE}
  let dh = state[p.old + i]${part === "sequence" ? " + dy[row * p.units + j]" : ""};
  ${hasCells ? "let dc = state[p.old + p.n + i]; var after_c = dc;" : ""}
  var after = dh;
  ${all.map((g) => `var e${g} = 0.0;`).join(" ")}
  ${cell === "gruResetAfter" ? "var product2 = 0.0;" : ""}
  if (${mask ? "!isZero(mask[row])" : "true"}) {
    let h = saved[p.before + row * p.units + j];
    ${all.map((g) => `let g${g} = saved[p.gates + row * p.width + ${g}u * p.units + j];`).join(" ")}
    ${hasCells ? "let c = saved[p.cells + row * p.units + j];" : ""}
    ${HAS_EXTRA[cell] ? "let extra = saved[p.extra + row * p.units + j];" : ""}
    ${BACKWARD[cell]}
    after = direct;
    ${all.map((g) => `e${g} = d${g};`).join(" ")}
    ${cell === "gruResetAfter" ? "product2 = d2 * g1;" : ""}
  }
  state[p.new_ + i] = after;
  ${hasCells ? "state[p.new_ + p.n + i] = after_c;" : ""}
  ${
                    all.map((g) =>
                      `gradients[b * p.width + ${g}u * p.units + j] = ${
                        cell === "gruResetAfter" && g === 2 ? "product2" : `e${g}`
                      };`
                    ).join(" ")
                  }
  ${
                    by === "input"
                      ? all.map((g) => `y[row * p.width + ${g}u * p.units + j] = e${g};`).join(" ")
                      : ""
                  }`,
                }),
                [
                  blockOf(packed),
                  ...part === "sequence" ? [blockOf(dy)] : [],
                  ...mask ? [blockOf(mask)] : [],
                  ...[state, gradients, ...by === "input" ? [y.block] : []],
                ],
                values,
                groups,
              );
              if (cell === "gru") {
                // Through the candidate's product to the reset gate.
                device.run(
                  `recurrentBackReset ${by} ${mask !== undefined}`,
                  () => ({
                    params: STEP,
                    reads: ["turned: f32", "saved: f32", ...mask ? ["mask: f32"] : []],
                    writes: ["state: f32", "gradients: f32", ...by === "input" ? ["y: f32"] : []],
                    workgroup: [WIDTH, 1, 1],
                    main: `${PLACE}
  ${mask ? "if (isZero(mask[row])) { return; }" : ""}
  var through = 0.0;
  for (var k = 2u * p.units; k < p.width; k++) {
    through += gradients[b * p.width + k] * turned[k * p.units + j];
  }
  let h = saved[p.before + row * p.units + j];
  let reset = saved[p.gates + row * p.width + p.units + j];
  let d1 = through * h * reset * (1.0 - reset);
  state[p.new_ + i] += through * reset;
  gradients[b * p.width + p.units + j] = d1;
  ${by === "input" ? "y[row * p.width + p.units + j] = d1;" : ""}`,
                  }),
                  [
                    ...[turned, blockOf(packed), ...mask ? [blockOf(mask)] : []],
                    ...[state, gradients, ...by === "input" ? [y.block] : []],
                  ],
                  values,
                  groups,
                );
              }
              device.run(
                `recurrentThrough ${cell === "gru"}`,
                () => ({
                  params: STEP,
                  reads: ["turned: f32", "gradients: f32"],
                  writes: ["state: f32"],
                  workgroup: [WIDTH, 1, 1],
                  main: `${PLACE}
  var through = 0.0;
  for (var k = 0u; k < ${cell === "gru" ? "2u * p.units" : "p.width"}; k++) {
    through += gradients[b * p.width + k] * turned[k * p.units + j];
  }
  state[p.new_ + i] += through;`,
                }),
                [turned, gradients, state],
                values,
                groups,
              );
            }
            if (by === "state") move(device, [half], line(state, time % 2 * half), line(y.block));
          }),
      ),
  );
  return y;
};

export const recurrentKernelGradient: Run<"recurrentKernelGradient"> = (
  device,
  [dx, , packed, ...operands],
  result: SequenceResult,
  spec,
) => {
  const inputs = sequenceInputs(operands, result), { x, kernel, inputKernel } = inputs;
  const layout = sequenceLayout(x.shape, kernel.shape, result),
    { batch, time, units, width } = layout;
  const y = allocate(device, sizeOf(spec)),
    places = sequenceKernelRows(inputs, result),
    steps = batch * time;
  /** The product of what was multiplied, at an offset of what was saved, with gradients of columns. */
  const left = (offset: number, right: Block, from: number, to: number) =>
    product(device, {
      ...{ m: units, n: to - from, k: steps },
      a: { block: blockOf(packed), offset, strides: [1, units] },
      b: { block: right, offset: from, strides: [width, 1] },
      y: { block: y.block, offset: from, strides: [width, 1] },
    });
  const sums = (source: Block, row: number) =>
    reduce(device, {
      ...{ name: "fold", term: "x", fold: SUM, shape: [steps, width], axes: [0] },
      sources: [{ name: "x", block: source, type: "f32", strides: [width, 1] }],
      target: { block: y.block, type: "f32", offset: row * width },
    });
  const gradients = blockOf(dx);
  if (result.cell === "gruResetAfter") {
    withScratch(device, steps * width, (right) => {
      device.run(
        "afterReset",
        () => ({
          params: ["n: u32", "units: u32", "width: u32", "gates: u32"],
          reads: ["dx: f32", "saved: f32"],
          writes: ["y: f32"],
          workgroup: [WIDTH, 1, 1],
          main: `${EACH_ELEMENT}
  let j = i % p.width;
  let reset = saved[p.gates + i - select(0u, p.units, j >= 2u * p.units)];
  y[i] = select(dx[i], dx[i] * reset, j >= 2u * p.units);`,
        }),
        [gradients, blockOf(packed), right],
        [steps * width, units, width, layout.gates],
        groupsFor(steps * width),
      );
      left(layout.before, right, 0, width);
      sums(right, places.recurrentBias!);
    });
  } else if (result.cell === "gru") {
    left(layout.before, gradients, 0, 2 * units);
    left(layout.extra, gradients, 2 * units, width);
  } else left(layout.before, gradients, 0, width);
  if (places.bias !== undefined) sums(gradients, places.bias);
  if (result.input === "vectors") {
    const features = x.shape[2];
    product(device, {
      ...{ m: features, n: width, k: steps },
      a: { block: blockOf(x), strides: [1, features] },
      b: { block: gradients, strides: [width, 1] },
      y: { block: y.block, offset: units * width, strides: [width, 1] },
    });
  } else if (result.input === "symbols") {
    sumAt(device, "f32", {
      ...{ updates: gradients, indices: blockOf(x), count: steps },
      ...{ size: inputKernel!.shape[0], outer: 1, inner: width },
      ...{ target: y.block, offset: units * width },
    });
  }
  return y;
};
