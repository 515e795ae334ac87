/**
 * Softmax and what is made of it: rows of numbers along the last axis. A row is the work of one
 * invocation where rows are short and many, else of a workgroup.
 */
import type { Operand, TensorSpec } from "@neurite/tensor";
import type { Device } from "../device/device.ts";
import { sizeOf } from "./reduce.ts";
import { allocate, blockOf, type DeviceStorage, groupsFor, type Runner, TYPES } from "./runner.ts";

const TEAM = 64;
/** Rows up to this length are the work of one invocation each. */
const SHORT = 32;

/**
 * Records a kernel over rows of `x`. Its statements are given `first`, where the row begins, `row`, its
 * number, `largest`, and `rest`, the sum of `e^(x_j - largest)` but for one that is largest: added to 1 it
 * would lose digits. The team's members go through `EACH_J`, and `across(v)` adds up what each of them
 * has.
 */
function rows(
  device: Device,
  name: string,
  x: Operand,
  others: readonly string[],
  blocks: readonly Operand[],
  y: DeviceStorage,
  main: string,
): void {
  const n = x.shape[x.shape.length - 1], count = n === 0 ? 0 : x.size / n;
  const width = n <= SHORT ? 1 : TEAM;
  const loop = `for (var j = ${width === 1 ? "0u" : "lane"}; j < p.length; j += ${width}u)`;
  const across = (f: string) =>
    `shared_[lane] = v;
  for (var half = ${TEAM / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { shared_[lane] = ${f}; }
  }
  workgroupBarrier();
  let r = shared_[0];
  workgroupBarrier();
  return r;`;
  device.run(
    `${name} ${width}`,
    () => ({
      params: ["n: u32", "length: u32"],
      reads: ["x: f32", ...others],
      writes: ["y: f32"],
      workgroup: [TEAM, 1, 1],
      declarations: width === 1
        ? `
fn across(v: f32, lane: u32) -> f32 { return v; }
fn largestOf(v: f32, lane: u32) -> f32 { return v; }`
        : `
var<workgroup> shared_: array<f32, ${TEAM}>;
fn across(v: f32, lane: u32) -> f32 {
  ${across("shared_[lane] + shared_[lane + half]")}
}
fn largestOf(v: f32, lane: u32) -> f32 {
  ${across("larger(shared_[lane], shared_[lane + half])")}
}`,
      main: `
  let row = ${width === 1 ? `id.x + id.y * groups.x * ${TEAM}u` : "group.x + group.y * groups.x"};
  if (row >= p.n) { return; }
  let first = row * p.length;
  var most = withBits(0xff800000u);
  ${loop} { most = larger(most, x[first + j]); }
  let largest = largestOf(most, lane);
  var smaller_ones = 0.0;
  var largest_ones = 0.0;
  ${loop} {
    let d = x[first + j] - largest;
    if (d == 0.0) { largest_ones += 1.0; } else { smaller_ones += expOf(d); }
  }
  let rest = across(smaller_ones, lane) + (across(largest_ones, lane) - 1.0);
  ${main.replaceAll("EACH_J", loop)}`,
    }),
    [blockOf(x), ...blocks.map(blockOf), y.block],
    [count, n],
    groupsFor(count, width === 1 ? TEAM : 1),
  );
}

/** `softmax` or `logSoftmax`. */
function probabilities(name: string, of: string): Runner<undefined> {
  return (device, [x]) => {
    const y = allocate(device, x.size);
    rows(device, name, x, [], [], y, `EACH_J { y[first + j] = ${of}; }`);
    return y;
  };
}

/** The probability of class `j`, and its logarithm. */
const PROBABILITY = "expOf(x[first + j] - largest) / (1.0 + rest)";
const LOG_PROBABILITY = "((x[first + j] - largest) - log1pOf(rest))";

export const softmax: Runner<undefined> = probabilities("softmax", PROBABILITY);
export const logSoftmax: Runner<undefined> = probabilities("logSoftmax", LOG_PROBABILITY);

/** How the label of class `j` is read: rows of probabilities, or the numbers of classes. */
function labelOf(labels: Operand, logits: Operand): [kind: string, label: string] {
  return labels.shape.length < logits.shape.length
    ? ["classes", "f32(t[row] == i32(j))"]
    : ["labels", "t[first + j]"];
}

export const softmaxCrossEntropy: Runner<undefined> = (
  device,
  [labels, logits],
  _,
  spec: TensorSpec,
) => {
  const y = allocate(device, sizeOf(spec)), [kind, label] = labelOf(labels, logits);
  rows(
    device,
    `crossEntropy ${kind}`,
    logits,
    [`t: ${TYPES[labels.dtype]}`],
    [labels],
    y,
    `var loss = 0.0;
  // A class of probability 0 adds nothing, even where its logit is -Infinity.
  EACH_J {
    let label = ${label};
    if (!isZero(label)) { loss -= label * ${LOG_PROBABILITY}; }
  }
  loss = across(loss, lane);
  y[row] = loss;`,
  );
  return y;
};

export const softmaxCrossEntropyGradient: Runner<undefined> = (
  device,
  [labels, logits, dy],
) => {
  const y = allocate(device, logits.size), [kind, label] = labelOf(labels, logits);
  rows(
    device,
    `crossEntropyGradient ${kind}`,
    logits,
    [`t: ${TYPES[labels.dtype]}`, "dy: f32"],
    [labels, dy],
    y,
    `var all = 0.0;
  EACH_J { all += ${label}; }
  all = across(all, lane);
  EACH_J {
    y[first + j] = dy[row] * (${PROBABILITY} * all - ${label});
  }`,
  );
  return y;
};
