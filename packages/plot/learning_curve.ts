/**
 * Loss and accuracy over the epochs of training.
 *
 * @module
 */
import { readVector, type Vector } from "./arrays.ts";
import { chartPicture, readOptions } from "./chart.ts";
import type { ChartOptions, LineLayer, Panel, Point } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { makeScale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/** What training recorded: one number an epoch. Any of them may be missing, but not all. */
export interface LearningHistory {
  /** Loss on the training set. */
  loss?: Vector;
  /** Loss on the validation set. */
  valLoss?: Vector;
  /** Accuracy on the training set, 0 to 1. */
  accuracy?: Vector;
  /** Accuracy on the validation set, 0 to 1. */
  valAccuracy?: Vector;
}

/** Options of {@linkcode learningCurve}. */
export interface LearningCurveOptions extends ChartOptions {
  /** Scale of the loss axis: `"linear"` (the default) or `"log"`. */
  lossScale?: "linear" | "log";
}

/**
 * The learning curve: loss in one panel and accuracy in the other, over epochs counted from 1. A
 * panel without data is left out. Training is drawn with full dots, validation with hollow ones; beyond
 * 30 epochs, solid and dashed.
 *
 * @throws {RangeError} where the history is empty, its lists differ in length, a number is NaN or
 * infinite, or an accuracy is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { learningCurve } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const history = { loss: [2.3, 0.9, 0.5, 0.4], valAccuracy: [0.2, 0.7, 0.85, 0.88] };
 * const svg = await learningCurve(history, { title: "MNIST, 30 hidden units" }).toSVG();
 * assertStringIncludes(svg, "epoch");
 * assertStringIncludes(svg, "validation");
 * ```
 */
export function learningCurve(
  history: LearningHistory,
  options: LearningCurveOptions = {},
): Picture {
  const task = "draw a learning curve";
  const read = new Map<keyof LearningHistory, number[]>();
  for (const name of ["loss", "valLoss", "accuracy", "valAccuracy"] as const) {
    const values = history[name];
    if (values !== undefined) read.set(name, readVector(values, task, name));
  }
  const [first, ...rest] = [...read];
  if (first === undefined) {
    throw new RangeError(
      `Cannot ${task} as the history must hold loss, valLoss, accuracy or valAccuracy: ` +
        `it holds none of them`,
    );
  }
  const epochs = first[1].length;
  for (const [name, values] of rest) {
    if (values.length !== epochs) {
      throw new RangeError(
        `Cannot ${task} as every list must have one number an epoch: ` +
          `${first[0]} has ${epochs}, ${name} has ${values.length}`,
      );
    }
  }
  for (const name of ["accuracy", "valAccuracy"] as const) {
    const bad = read.get(name)?.findIndex((value) => value < 0 || value > 1) ?? -1;
    if (bad >= 0) {
      throw new RangeError(
        `Cannot ${task} as an accuracy must lie between 0 and 1: ` +
          `${name}[${bad}] is ${read.get(name)![bad]}`,
      );
    }
  }
  const line = (values: number[], validation: boolean): LineLayer => ({
    kind: "line",
    name: validation ? "validation" : "training",
    colour: colourOf(validation ? 1 : 0),
    points: values.map((value, i): Point => [i + 1, value]),
    dots: epochs <= 30,
    dashed: validation && epochs > 30,
    hollow: validation,
  });
  const panels: Panel[] = [];
  for (
    const [label, names] of [
      ["loss", ["loss", "valLoss"]],
      ["accuracy", ["accuracy", "valAccuracy"]],
    ] as const
  ) {
    const layers = names.flatMap((name, i) =>
      read.has(name) ? [line(read.get(name)!, i === 1)] : []
    );
    if (layers.length === 0) continue;
    const values = layers.flatMap((layer) => layer.points.map((point) => point[1]));
    const scale = label === "loss" ? options.lossScale : "linear";
    const fit = { range: "nice", pad: label === "loss" ? 0 : 0.02 } as const;
    // Losses start at 0 and accuracies end at 1, unless that would press the curve flat.
    const lowest = values.reduce((a, b) => Math.min(a, b));
    const highest = values.reduce((a, b) => Math.max(a, b));
    const min = label === "loss" && scale !== "log" && lowest >= 0 &&
        lowest < highest * 0.6
      ? 0
      : undefined;
    const max = label === "accuracy" && highest > 0.8 ? 1 : undefined;
    panels.push({
      x: makeScale(
        [1, epochs],
        { label: "epoch" },
        { range: "tight", whole: true, ticks: epochs <= 10 ? 10 : 5 },
        task,
        "epoch",
      ),
      y: makeScale(values, { label, scale, min, max }, fit, task, label),
      layers,
    });
  }
  return chartPicture(readOptions(options, task), panels);
}
