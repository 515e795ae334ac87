/**
 * Losses, metrics and the learning rate over the epochs of training.
 *
 * @module
 */
import { readVector, type Vector } from "./arrays.ts";
import { chartPicture, readOptions } from "./chart.ts";
import type { ChartOptions, LineLayer, Panel, Point } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { makeScale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/**
 * What training recorded: one number an epoch, under the name of the metric, and under `val` and that
 * name for what was held out: `{ loss, valLoss, meanAbsoluteError, valMeanAbsoluteError }`, as `fit` of
 * `@neurite/nn` returns it.
 */
export interface LearningHistory {
  /** Loss on the training set. */
  loss?: Vector;
  /** Loss on the validation set. */
  valLoss?: Vector;
  /** Accuracy on the training set, 0 to 1. */
  accuracy?: Vector;
  /** Accuracy on the validation set, 0 to 1. */
  valAccuracy?: Vector;
  /** The learning rate in each epoch. */
  learningRate?: Vector;
  /** Any other metric. */
  [metric: string]: Vector | undefined;
}

/** Options of {@linkcode learningCurve}. */
export interface LearningCurveOptions extends ChartOptions {
  /** Scale of the loss axis: `"linear"` (the default) or `"log"`. */
  lossScale?: "linear" | "log";
}

/**
 * The learning curve over epochs counted from 1: a panel for the loss, one for each metric in their
 * order, and one for the learning rate where the history has it, two in a row. Training is drawn with
 * full dots, validation with hollow ones; beyond 30 epochs, solid and dashed. The height of 420 CSS
 * pixels is that of one row; where there are several, each has 300.
 *
 * @throws {RangeError} where the history is empty, its lists differ in length, a number is NaN or
 * infinite, or an accuracy is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { learningCurve } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const history = {
 *   loss: [2.3, 0.9, 0.5, 0.4],
 *   valAccuracy: [0.2, 0.7, 0.85, 0.88],
 *   learningRate: [0.1, 0.1, 0.05, 0.05],
 * };
 * const svg = await learningCurve(history, { title: "MNIST, 30 hidden units" }).toSVG();
 * assertStringIncludes(svg, "validation");
 * assertStringIncludes(svg, "learning rate");
 * ```
 */
export function learningCurve(
  history: LearningHistory,
  options: LearningCurveOptions = {},
): Picture {
  const task = "draw a learning curve";
  const read = readHistory(history, task);
  const metrics = [...new Set([...read.keys()].map(metricOf))];
  const place = (metric: string) => metric === "loss" ? -1 : metric === RATE ? 1 : 0;
  metrics.sort((a, b) => place(a) - place(b));
  const columns = metrics.length > 3 ? 2 : metrics.length;
  const rows = Math.ceil(metrics.length / columns);
  const chart = readOptions({ height: rows > 1 ? 300 * rows : undefined, ...options }, task);
  const panels = metrics.map((metric) => panelOf(metric, read, options.lossScale, task));
  return chartPicture({ ...chart, columns }, panels);
}

const RATE = "learningRate";

/** `valAccuracy` is about `accuracy`. */
const metricOf = (name: string) =>
  /^val[A-Z]/.test(name) ? name[3].toLowerCase() + name.slice(4) : name;

/** `meanAbsoluteError` in words. */
const wordsOf = (name: string) =>
  name.replace(/[_-]/g, " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

/** The lists of numbers, all of one length. */
function readHistory(history: LearningHistory, task: string): Map<string, number[]> {
  const read = new Map<string, number[]>();
  for (const [name, values] of Object.entries(history)) {
    if (values !== undefined) read.set(name, readVector(values, task, name));
  }
  const [first, ...rest] = [...read];
  if (first === undefined) {
    throw new RangeError(
      `Cannot ${task} as the history must hold the numbers of a metric, such as loss: ` +
        `it holds none`,
    );
  }
  for (const [name, values] of rest) {
    if (values.length !== first[1].length) {
      throw new RangeError(
        `Cannot ${task} as every list must have one number an epoch: ` +
          `${first[0]} has ${first[1].length}, ${name} has ${values.length}`,
      );
    }
  }
  for (const name of ["accuracy", "valAccuracy"]) {
    const bad = read.get(name)?.findIndex((value) => value < 0 || value > 1) ?? -1;
    if (bad >= 0) {
      throw new RangeError(
        `Cannot ${task} as an accuracy must lie between 0 and 1: ` +
          `${name}[${bad}] is ${read.get(name)![bad]}`,
      );
    }
  }
  return read;
}

/** The lines of a metric, what was learnt from and what was held out. */
function panelOf(
  metric: string,
  read: ReadonlyMap<string, number[]>,
  lossScale: LearningCurveOptions["lossScale"],
  task: string,
): Panel {
  const layers = [...read].filter(([name]) => metricOf(name) === metric).map(
    ([name, values]): LineLayer => {
      const validation = name !== metric, few = values.length <= 30, rate = metric === RATE;
      return {
        kind: "line",
        name: rate ? "" : validation ? "validation" : "training",
        colour: colourOf(rate ? 2 : validation ? 1 : 0),
        points: values.map((value, i): Point => [i + 1, value]),
        dots: few,
        dashed: validation && !few,
        hollow: validation,
      };
    },
  );
  const epochs = layers[0].points.length;
  const values = layers.flatMap((layer) => layer.points.map((point) => point[1]));
  const lowest = values.reduce((a, b) => Math.min(a, b));
  const highest = values.reduce((a, b) => Math.max(a, b));
  // A rate that falls by powers of ten is a line down to nothing on a linear axis.
  const steep = metric === RATE && lowest > 0 && highest / lowest > 100;
  const scale = metric === "loss" ? lossScale : steep ? "log" : "linear";
  const accuracy = /accuracy/i.test(metric) && lowest >= 0 && highest <= 1;
  // Accuracies end at 1, all else starts at 0, unless that would press the curve flat.
  const min = !accuracy && scale !== "log" && lowest >= 0 && (lowest < highest * 0.6)
    ? 0
    : undefined;
  const max = accuracy && highest > 0.8 ? 1 : undefined;
  const whole = { range: "tight", whole: true, ticks: epochs <= 10 ? 10 : 5 } as const;
  return {
    x: makeScale([1, epochs], { label: "epoch" }, whole, task, "epoch"),
    y: makeScale(
      values,
      { label: wordsOf(metric), scale, min, max },
      { range: "nice", pad: accuracy ? 0.02 : 0 },
      task,
      metric,
    ),
    layers,
  };
}
