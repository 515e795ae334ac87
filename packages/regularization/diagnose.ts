/** Underfitting, overfitting or neither: what the two losses of a training say. */

import { checkOptions, checkPositive } from "@neurite/tensor/internal";

/** The losses of the epochs, as `history` of a `History` has them. */
export interface Losses {
  /** The training loss after each epoch. */
  loss: readonly number[];
  /** The loss of examples that were not trained on. */
  valLoss: readonly number[];
}

/** What {@linkcode diagnose} is told besides. */
export interface DiagnoseOptions {
  /**
   * The loss of a model that knows nothing, such as `log(classes)` for cross-entropy, or the variance
   * of the targets for the squared error. By default the largest loss of the history.
   */
  baseline?: number;
}

/** What the losses say, and the numbers that it rests on. */
export interface Diagnosis {
  /** In a word. */
  verdict: "underfitting" | "overfitting" | "good fit";
  /** The training loss at the end. */
  loss: number;
  /** The validation loss at the end. */
  valLoss: number;
  /** The loss of a model that knows nothing. */
  baseline: number;
  /** The training loss at the end as a share of the baseline: bias. Above 1/4 is underfitting. */
  unlearned: number;
  /** `(valLoss - loss) / baseline`: variance. Above 0.05, with `valLoss > 2 loss`, is overfitting. */
  gap: number;
  /** The epoch with the lowest validation loss, counted from 0. */
  bestEpoch: number;
  /** By how much the validation loss has risen since, as a share: above 0.1 is overfitting. */
  rise: number;
  /** The verdict with its reason, as a sentence. */
  text: string;
}

/** Above this share of the baseline, a training loss is high. */
const HIGH = 0.25;
/** Above this share of the baseline, a gap between the losses is wide. */
const WIDE = 0.05;
/** Above this share of its lowest value, a rise of the validation loss counts. */
const RISEN = 0.1;

/**
 * Says whether a training underfits, overfits or fits well, by the chapter's rules: both losses are
 * high: the model is too simple, or not trained for long enough (high bias); the training loss is
 * low and the validation loss high, or rising again: it has memorized its examples (high
 * variance).
 *
 * What is at the end is the mean over the last tenth of the epochs. `Diagnosis` gives the bounds.
 * Throws `RangeError` for losses that are missing, of different lengths, or not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { diagnose } from "@neurite/regularization";
 *
 * const { verdict, bestEpoch, rise } = diagnose({
 *   loss: [1, 0.4, 0.1, 0.02],
 *   valLoss: [1, 0.5, 0.6, 0.75],
 * });
 * assertEquals([verdict, bestEpoch, rise], ["overfitting", 1, 0.5]);
 * ```
 */
export function diagnose(
  history: Losses | { history: Record<string, readonly number[]> },
  options: DiagnoseOptions = {},
): Diagnosis {
  const { loss: losses, valLoss: valLosses } = "history" in history
    ? history.history as unknown as Losses
    : history;
  check(losses, valLosses);
  checkOptions("diagnose a training", options, { baseline: true });
  if (options.baseline !== undefined) {
    checkPositive("diagnose a training", "baseline", options.baseline);
  }
  const last = Math.ceil(losses.length / 10);
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const loss = mean(losses.slice(-last)), valLoss = mean(valLosses.slice(-last));
  const { baseline = Math.max(...losses, ...valLosses) } = options;
  const best = Math.min(...valLosses), bestEpoch = valLosses.indexOf(best);
  const unlearned = loss / baseline, gap = (valLoss - loss) / baseline;
  const rise = best > 0 ? valLoss / best - 1 : 0;
  const numbers = { loss, valLoss, baseline, unlearned, gap, bestEpoch, rise };

  const n = (x: number) => x.toPrecision(3), percent = (x: number) => `${(100 * x).toFixed(0)} %`;
  if (unlearned > HIGH) {
    return {
      verdict: "underfitting",
      ...numbers,
      text:
        `Underfitting: the training loss is still ${percent(unlearned)} of what it is without ` +
        `any knowledge (${n(loss)} of ${n(baseline)}). Use a larger model, or train it for longer.`,
    };
  }
  if (rise > RISEN && loss < losses[bestEpoch]) {
    return {
      verdict: "overfitting",
      ...numbers,
      text: `Overfitting: since epoch ${bestEpoch + 1} the validation loss has risen by ` +
        `${percent(rise)} to ${n(valLoss)}, while the training loss fell to ${n(loss)}. Stop ` +
        "earlier, or regularize.",
    };
  }
  if (gap > WIDE && valLoss > 2 * loss) {
    return {
      verdict: "overfitting",
      ...numbers,
      text: `Overfitting: the validation loss, ${n(valLoss)}, is far above the training loss, ` +
        `${n(loss)}. Regularize, or find more examples.`,
    };
  }
  return {
    verdict: "good fit",
    ...numbers,
    text:
      `Good fit: the training loss is down to ${percent(unlearned)} of what it is without any ` +
      `knowledge (${n(loss)} of ${n(baseline)}), and the validation loss, ${
        n(valLoss)
      }, is not far ` +
      "from it.",
  };
}

function check(loss: readonly number[] | undefined, valLoss: readonly number[] | undefined): void {
  const count = loss?.length ?? 0;
  const fine = count > 0 && valLoss?.length === count &&
    [...loss!, ...valLoss].every(Number.isFinite);
  if (fine) return;
  throw new RangeError(
    "Cannot diagnose a training as there must be a finite loss and valLoss for each epoch: current " +
      `${count} and ${valLoss?.length ?? 0}. Give fit validationSplit or validationData`,
  );
}
