/** Operators that bring values to mean 0 and variance 1, and what keeps a network from relying on one unit. */
import {
  add,
  batchNorm,
  batchNormTraining,
  broadcastTo,
  cast,
  div,
  dropout,
  localResponseNormalization,
  mean,
  mul,
  onesLike,
  pad,
  pow,
  reshape,
  Rng,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
} from "@neurite/tensor";
import { type Call, type Made, type Operators, unsupported } from "../call.ts";

/** `(x - mean) / sqrt(variance + epsilon)` over axes, with the parts that it is made of. */
function standardized(
  x: Tensor,
  axis: readonly number[],
  epsilon: number,
): { y: Tensor; average: Tensor; rate: Tensor } {
  const along = { axis, keepDims: true }, average = mean(x, along), centred = sub(x, average);
  const rate = div(1, sqrt(add(mean(square(centred), along), epsilon)));
  return { y: mul(centred, rate), average, rate };
}

function batchNormalization(call: Call): Made | Made[] {
  const { attributes } = call, x = call.images(0), epsilon = attributes.float("epsilon", 1e-5);
  const [gamma, beta, average, variance] = [1, 2, 3, 4].map((i) => call.tensor(i));
  const momentum = attributes.float("momentum", 0.9);
  const asked = attributes.int("training_mode", 0) === 1;
  if (!asked && !call.training) {
    return call.ofImages(batchNorm(x, average, variance, gamma, beta, { epsilon }));
  }
  const made = batchNormTraining(x, gamma, beta, { epsilon });
  const moved = ([[average, made.mean], [variance, made.variance]] as const).map(([old, now]) =>
    add(mul(old, momentum), mul(now, 1 - momentum))
  );
  if (asked) return [call.ofImages(made.y), ...moved];
  average.assign(moved[0]);
  variance.assign(moved[1]);
  return call.ofImages(made.y);
}

/** The axes of `x` from one on. */
function axesFrom(call: Call, x: Tensor, otherwise: number): number[] {
  const first = call.axis(call.attributes.int("axis", otherwise), x.rank);
  return x.shape.map((_, i) => i).slice(first);
}

/** A number for each channel in a shape that broadcasts to `[n, channels, ...]`. */
function perChannel(x: Tensor, rank: number): Tensor {
  return reshape(x, [x.size, ...new Array(rank - 2).fill(1)]);
}

/** The channels in parts, each brought to mean 0 and variance 1 by itself. */
function groups(call: Call, count: number): Tensor {
  const x = call.tensor(0),
    [n, ...rest] = x.shape,
    epsilon = call.attributes.float("epsilon", 1e-5);
  const size = rest.reduce((product, m) => product * m, 1);
  return reshape(standardized(reshape(x, [n, count, size / count]), [2], epsilon).y, x.shape);
}

function groupNormalization(call: Call): Made {
  const x = call.tensor(0), count = call.attributes.int("num_groups", 1), [, channels] = x.shape;
  // Before version 21, scale and bias are those of groups.
  const each = (i: number) => {
    const given = call.tensor(i);
    if (given.size === channels) return perChannel(given, x.rank);
    const wide = broadcastTo(reshape(given, [count, 1]), [count, channels / count]);
    return perChannel(reshape(wide, [channels]), x.rank);
  };
  return add(mul(groups(call, count), each(1)), each(2));
}

/** Neighbouring channels inhibit each other; of an even number, the one more is the later one. */
function lrn(call: Call): Made {
  const { attributes } = call, x = call.images(0), size = attributes.int("size", 1);
  const alpha = attributes.float("alpha", 1e-4) / size, beta = attributes.float("beta", 0.75);
  const bias = attributes.float("bias", 1);
  if (size % 2 === 1) {
    const options = { depthRadius: (size - 1) / 2, alpha, beta, bias };
    return call.ofImages(localResponseNormalization(x, options));
  }
  const before = Math.floor((size - 1) / 2), last = x.rank - 1;
  const around = x.shape.map((_, i) =>
    i === last ? [before, size - 1 - before] as const : [0, 0] as const
  );
  const squares = pad(square(x), around);
  const parts = Array.from({ length: size }, (_, i) => {
    return slice(squares, x.shape.map((_, axis) => axis === last ? i : 0), x.shape);
  });
  const sums = parts.reduce((a, b) => add(a, b));
  return call.ofImages(div(x, pow(add(mul(sums, alpha), bias), beta)));
}

/** Drops a share of the numbers where the model learns; else hands them on. */
function dropOut(call: Call): Made | Made[] {
  const x = call.tensor(0), { attributes } = call;
  const rate = attributes.has("ratio") ? attributes.float("ratio", 0.5) : call.number(1, 0.5);
  const asked = call.number(2, 0) === 1;
  const mask = { tensor: cast(onesLike(x), "int32"), type: "bool" } as const;
  if (rate === 0 || (!asked && !call.training)) {
    return call.wanted > 1 ? [x, mask] : call.map((value) => value);
  }
  if (call.wanted > 1) unsupported("Dropout with the mask of a random choice");
  const rng = attributes.has("seed") ? new Rng(attributes.int("seed", 0)) : call.rng;
  return dropout(x, rate, { rng });
}

/** The operators of this file. */
export const normalizing: Operators = {
  BatchNormalization: {
    attributes: ["epsilon", "is_test", "momentum", "spatial", "training_mode"],
    run: (call) => {
      if (call.attributes.int("spatial", 1) === 0) unsupported("BatchNormalization with spatial 0");
      return batchNormalization(call);
    },
  },
  InstanceNormalization: {
    attributes: ["epsilon"],
    run: (call) => {
      const x = call.tensor(0),
        [scale, shift] = [1, 2].map((i) => perChannel(call.tensor(i), x.rank));
      return add(mul(groups(call, x.shape[1]), scale), shift);
    },
  },
  GroupNormalization: {
    attributes: ["epsilon", "num_groups", "stash_type"],
    run: groupNormalization,
  },
  LayerNormalization: {
    attributes: ["axis", "epsilon", "stash_type"],
    run: (call) => {
      const x = call.tensor(0), axes = axesFrom(call, x, -1), shift = call.optional(2);
      const made = standardized(x, axes, call.attributes.float("epsilon", 1e-5));
      const y = mul(made.y, call.tensor(1));
      return [shift === undefined ? y : add(y, shift), made.average, made.rate];
    },
  },
  RMSNormalization: {
    attributes: ["axis", "epsilon", "stash_type"],
    run: (call) => {
      const x = call.tensor(0), axis = axesFrom(call, x, -1);
      const power = mean(square(x), { axis, keepDims: true });
      const length = sqrt(add(power, call.attributes.float("epsilon", 1e-5)));
      return mul(div(x, length), call.tensor(1));
    },
  },
  MeanVarianceNormalization: {
    attributes: ["axes"],
    run: (call) => {
      const x = call.tensor(0), axes = call.attributes.ints("axes") ?? [0, 2, 3];
      const along = { axis: axes.map((axis) => call.axis(axis, x.rank)), keepDims: true };
      const centred = sub(x, mean(x, along));
      return div(centred, add(sqrt(mean(square(centred), along)), 1e-9));
    },
  },
  LRN: { attributes: ["alpha", "beta", "bias", "size"], run: lrn },
  Dropout: { attributes: ["is_test", "ratio", "seed"], run: dropOut },
};
