/** The training step. */
import {
  add,
  DivergedError,
  equal,
  keep,
  mean,
  mul,
  type Rng,
  stopGradient,
  sum,
  type Tensor,
  tidy,
  valueAndGrad,
  where,
  zeros,
} from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { type ActivationName, activationOf } from "../activations.ts";
import type { Logs } from "../callbacks/callback.ts";
import type { Graph } from "../graph.ts";
import type { CallContext } from "../layer.ts";
import { Loss } from "../losses/mod.ts";
import { bySteps, meanOfSteps, weighSteps } from "../masks.ts";
import { metricOf } from "../metrics/mod.ts";
import type { Model } from "../model.ts";
import type { State } from "../variable.ts";
import { checkWeights, type Examples, type TensorBatch } from "./batches.ts";
import type { Compiled } from "./compile.ts";
import { Means, type Outcome, type StepPlace } from "./means.ts";
import { ownRng, type Ranks } from "./ranks.ts";

/** Targets above this number are not looked at before the training. */
const MANY = 1 << 20;

/** An output of the model, its loss and what is measured of it. */
interface Head {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  /** The activation that the loss is fused with, if it is. */
  readonly activation: ((z: Tensor) => Tensor) | undefined;
  /** Whether anything is measured of it. */
  readonly measured: boolean;
}

/**
 * Runs training steps and measures, and keeps the means since the last reset: `fit` without the loop,
 * for loops of one's own. A compiled model has one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const batch = { x: [tensor([[1], [2]])], y: [tensor([[2], [4]])], weights: undefined, count: 2 };
 * model.trainer.step(batch, 0, 0);
 * assertEquals(Object.keys(await model.trainer.logs()), ["loss"]);
 * ```
 */
export class Trainer {
  readonly #model: Model;
  readonly #graph: Graph;
  readonly #compiled: Compiled;
  readonly #heads: readonly Head[];
  readonly #fused: readonly boolean[];
  /** The means of the training since the last reset. */
  readonly means: Means;

  /** For a built, compiled model. */
  constructor(model: Model, graph: Graph, compiled: Compiled) {
    this.#model = model;
    this.#graph = graph;
    this.#compiled = compiled;
    const { losses, lossWeights, metrics, weightedMetrics } = compiled,
      count = graph.outputs.length;
    if (losses.length !== 1 && losses.length !== count) {
      throw new RangeError(
        `Cannot train model ${quoted(model.name)} as there must be one loss, or one for each of ` +
          `its ${count} outputs: current ${losses.length}`,
      );
    }
    if (lossWeights !== undefined && lossWeights.length !== count) {
      throw new RangeError(
        `Cannot train model "${model.name}" as lossWeights must have a number for each of its ${count} ` +
          `outputs: current ${lossWeights.length}`,
      );
    }
    this.#heads = graph.outputs.map(({ from }, i): Head => {
      const loss = losses[losses.length === 1 ? 0 : i], last = graph.lastLayer(i);
      const fused = loss.fusedActivation !== undefined &&
        loss.callOnLogits !== undefined && last?.callBeforeActivation !== undefined &&
        last.activationName === loss.fusedActivation;
      if (loss.fusedActivation !== undefined && last?.activationName === "linear") {
        throw new RangeError(
          `Cannot train model ${quoted(model.name)} as ${loss.name} takes probabilities: current ` +
            `output ${quoted(from)} gives logits, as it has no activation. Give it activation: ` +
            `"${loss.fusedActivation}", or make the loss with { fromLogits: true }`,
        );
      }
      return {
        name: from,
        loss,
        weight: lossWeights?.[i] ?? 1,
        activation: fused ? activationOf(loss.fusedActivation as ActivationName).apply : undefined,
        measured: metrics.length + weightedMetrics.length > 0,
      };
    });
    this.#fused = this.#heads.map(({ activation }) => activation !== undefined);
    this.means = this.newMeans();
  }

  /**
   * Means of their own, for an evaluation that leaves those of the training alone. Metrics that were
   * given as objects are the same; `end` restores what they had seen.
   */
  newMeans(): Means {
    const { metrics, weightedMetrics } = this.#compiled;
    return new Means(this.#graph.outputs.map(({ shape, from }, i) => {
      const { loss } = this.#heads[i];
      return {
        name: from,
        metrics: metrics.map((metric) => metricOf(metric, loss, shape)),
        weightedMetrics: weightedMetrics.map((metric) => metricOf(metric, loss, shape)),
      };
    }));
  }

  /** Forgets the means. */
  reset(): void {
    this.means.reset();
  }

  /** The means since the last reset: the loss, and what is measured. */
  async logs(means: Means = this.means): Promise<Logs> {
    await this.settle(means);
    return means.logs(this.#model.ranks);
  }

  /** The numbers that the means are made of, for a checkpoint in the middle of an epoch. */
  async sums(): Promise<number[]> {
    await this.settle();
    return this.means.sums(this.#model.ranks);
  }

  /**
   * One step: the loss of the batch, its gradient with respect to every weight, and the optimizer's
   * change. Where the loss or a gradient is not finite nothing is changed, and `DivergedError` is
   * thrown; on a backend that has to be awaited by {@linkcode Trainer.settle}.
   *
   * Where several processes train the model, each gives its examples, and `batch.share` is their part:
   * `L = sum_r share_r L_r`, and the gradient of that is the sum of theirs.
   */
  step(batch: TensorBatch, epoch: number, number: number, means: Means = this.means): void {
    const model = this.#model, { optimizer } = this.#compiled, weights = model.trainableWeights;
    const place: StepPlace = { epoch, step: number, rng: model.rng.state };
    const { ranks } = model, share = batch.share ?? shareOf(ranks, batch.count);
    const context: CallContext = ranks === undefined
      ? { training: true, rng: model.rng }
      : partContext(ranks, share, ownRng(model.rng, ranks, optimizer.iterations));
    this.#check(batch);
    tidy(() => {
      // What changes in the forward pass is restored where the step is refused.
      const carried = new Carried(model);
      const sums = ranks?.addUp();
      let results: Result[] = [];
      const { value, gradients } = valueAndGrad(() => {
        results = this.#losses({ ...batch, share }, context, ranks);
        return this.#sum(results, share, ranks);
      }, sums && ((gradient) => sums.add(gradient)))(...weights.map((weight) => weight.value));
      if (sums !== undefined) {
        for (const statistic of carried.changed()) {
          sums.add(statistic.assign(mul(statistic, share)));
        }
        sums.add(value);
        sums.finish();
      }
      if (!optimizer.attempt(gradients, weights, value)) {
        carried.restore();
        model.rng.state = place.rng;
        this.#diverged(value.item(), results, gradients, batch, place);
      }
      if (optimizer.refused !== undefined) carried.restoreWhere(optimizer.refused);
      if (share > 0) this.#take(batch, value, results, means, place);
    });
  }

  /**
   * Reads what waits on the device. Throws `DivergedError` for the first step that was refused there:
   * the model, its optimizer and its generator are then as they were before that step.
   */
  async settle(means: Means = this.means): Promise<void> {
    const { optimizer } = this.#compiled;
    const refused = await means.settle(optimizer.refused);
    if (refused === undefined) return;
    const { count, loss, place } = refused, model = this.#model;
    optimizer.takeBack(count);
    if (place === undefined) throw new DivergedError(loss, undefined, optimizer.iterations + 1);
    model.rng.state = place.rng;
    if (model.progress.epoch === place.epoch) model.progress.step = place.step;
    const finite = Number.isFinite(loss), { epoch, step } = place;
    throw new DivergedError(
      finite ? NaN : loss,
      epoch + 1,
      step + 1,
      "",
      finite ? "every gradient" : "the loss",
    );
  }

  /** The loss of a batch, and what is measured, without a step. */
  measure(
    batch: TensorBatch,
    means: Means = this.means,
    context: CallContext = this.#model.evaluationContext(),
  ): void {
    this.#check(batch);
    tidy(() => {
      const results = this.#losses(batch, context);
      this.#take(batch, this.#sum(results), results, means);
    });
  }

  /**
   * Checks the targets of output number `i` before the training. Where any finite number will do and
   * there are many, that is left until a loss is not finite.
   */
  async checkTargets(targets: Examples, i: number): Promise<void> {
    const { loss } = this.#heads[i], { count, shape } = targets;
    const size = shape.reduce((product, n) => product * n, count);
    const wanted = this.#graph.outputs[i].shape;
    if (loss.checkTargets === Loss.prototype.checkTargets && size > MANY) {
      return loss.checkShape([count, ...shape], [count, ...wanted]);
    }
    loss.checkTargets(await targets.values(), [count, ...shape], wanted);
  }

  #check({ x, weights, count }: TensorBatch): void {
    this.#graph.check(`run model "${this.#model.name}"`, x);
    if (weights !== undefined) checkWeights(weights, [count]);
  }

  /** The loss of each output for a batch; of masked sequences, every step of all ranks counts alike. */
  #losses(
    { x, y, weights, share = 1 }: TensorBatch,
    context: CallContext,
    ranks?: Ranks,
  ): Result[] {
    const masks = new Map<Tensor, Tensor>();
    const outputs = this.#graph.run(x, { ...context, masks }, this.#fused);
    return this.#heads.map(({ loss, activation, measured }, i) => {
      const output = outputs[i], mask = masks.get(output);
      const stepShare = mask && ranks ? stepShareOf(mask, share, ranks) : share;
      if (share === 0) return { value: mul(sum(output), 0), alone: keep(zeros([])) };
      const target = loss.prepare(y[i], output);
      let value: Tensor;
      if (mask !== undefined) {
        const each = eachLoss(loss, activation, bySteps(target), bySteps(output));
        const own = meanOfSteps(each, mask, weights);
        value = stepShare === share ? own : mul(own, stepShare / share);
      } else if (weights === undefined && activation === undefined && loss.callMean !== undefined) {
        value = loss.callMean(target, output);
      } else {
        const each = eachLoss(loss, activation, target, output);
        value = mean(weights === undefined ? each : mul(each, weights));
      }
      // What is measured is read after the gradient is known: it must outlive this.
      return {
        value,
        alone: keep(stopGradient(value)),
        output: measured ? keep(stopGradient(output)) : undefined,
        mask: measured && mask !== undefined ? keep(stopGradient(mask)) : undefined,
      };
    });
  }

  /** The sum of the losses, weighted, and of what is added for the size of weights; or a part of it. */
  #sum(results: readonly Result[], share = 1, ranks?: Ranks): Tensor {
    const scaled = (part: Tensor, factor: number) => factor === 1 ? part : mul(part, factor);
    const parts = results.map(({ value }, i) => scaled(value, this.#heads[i].weight * share));
    // As in Keras, the weights of frozen layers are not penalized.
    for (const { regularizer, value } of this.#model.trainableWeights) {
      if (regularizer === undefined) continue;
      parts.push(scaled(regularizer.penalty(value), 1 / (ranks?.size ?? 1)));
    }
    return parts.reduce((sum, part) => add(sum, part));
  }

  /** Takes a batch into the means. */
  #take(
    { y, weights, count }: TensorBatch,
    loss: Tensor,
    results: readonly Result[],
    means: Means,
    place?: StepPlace,
  ): void {
    const outcomes = results.map(({ alone, output, mask }, i): Outcome => {
      const { activation } = this.#heads[i];
      const prediction = output && (activation?.(output) ?? output);
      if (prediction === undefined || mask === undefined) {
        return { loss: alone, target: y[i], prediction, mask: undefined, weights };
      }
      return {
        loss: alone,
        target: bySteps(y[i]),
        prediction: bySteps(prediction),
        mask: bySteps(mask),
        weights: bySteps(weighSteps(mask, weights)),
      };
    });
    means.take(loss, outcomes, count, place);
    for (const { alone, output, mask } of results) {
      for (const kept of [alone, output, mask]) kept?.dispose();
    }
  }

  /** Says why a step was refused: a target, an input, a layer, or a gradient. */
  #diverged(
    loss: number,
    results: readonly Result[],
    gradients: readonly Tensor[],
    { x, y }: TensorBatch,
    { epoch, step }: StepPlace,
  ): never {
    const finite = (tensor: Tensor) => tensor.dataSync().every(Number.isFinite);
    if (Number.isFinite(loss)) {
      const at = gradients.findIndex((gradient) => !finite(gradient));
      const value = gradients[at].dataSync().find((v) => !Number.isFinite(v))!;
      const weight = this.#model.trainableWeights[at];
      const [name] = this.#model.namedWeights().find(([, other]) => other === weight)!;
      const where = `in that of ${quoted(name)}`;
      const error = new DivergedError(value, epoch + 1, step + 1, where, "every gradient");
      throw this.#model.ranks?.refuse(error) ?? error;
    }
    const whereItIs = (): string => {
      this.#heads.forEach(({ loss }, i) => {
        loss.checkTargets(y[i].dataSync(), y[i].shape, this.#graph.outputs[i].shape);
      });
      const carried = new Carried(this.#model);
      const layer = this.#graph.firstNotFinite(x, this.#model.evaluationContext());
      carried.restore();
      return !x.every(finite)
        ? "in the inputs"
        : layer === undefined
        ? "in the loss: every layer's result is finite"
        : `in the result of layer ${quoted(layer)}`;
    };
    const { ranks } = this.#model;
    if (ranks === undefined) throw new DivergedError(loss, epoch + 1, step + 1, whereItIs());
    const where = whereOnRanks(ranks, results.every(({ alone }) => finite(alone)), whereItIs);
    return ranks.refuse(new DivergedError(loss, epoch + 1, step + 1, where));
  }
}

/** What layers carry from batch to batch, as it was: running statistics, and states. */
class Carried {
  readonly #statistics: readonly (readonly [now: Tensor, before: Tensor])[];
  readonly #states: readonly (readonly [state: State, before: Tensor | undefined])[];

  constructor(model: Model) {
    this.#statistics = model.weights.filter(({ trainable }) => !trainable)
      .map(({ value }) => [value, stopGradient(value)] as const);
    this.#states = model.namedStates()
      .map(([, state]) => [state, state.value && stopGradient(state.value)] as const);
  }

  /** The statistics that are no longer what they were. */
  changed(): Tensor[] {
    return this.#statistics.filter(([now, before]) => now.storage !== before.storage)
      .map(([now]) => now);
  }

  /** Puts it back. */
  restore(): void {
    for (const [now, before] of this.#statistics) now.assign(before);
    for (const [state, before] of this.#states) {
      if (before === undefined) state.reset();
      else state.set(before);
    }
  }

  /** Puts it back on the device, unless no step was refused there. */
  restoreWhere(refused: Tensor): void {
    const taken = equal(refused, 0);
    for (const [now, before] of this.#statistics) now.assign(where(taken, now, before));
    for (const [state, before] of this.#states) {
      // A state that was not there is one of zeros.
      const now = state.value;
      if (now !== undefined) state.set(where(taken, now, before ?? 0));
    }
  }
}

/** The part of a step's examples that a rank has, where the batch does not say it. */
function shareOf(ranks: Ranks | undefined, count: number): number {
  return ranks === undefined ? 1 : count / ranks.sum([count])[0];
}

/** How layers are run for a rank's part of a step. */
function partContext(ranks: Ranks, share: number, rng: Rng): CallContext {
  // An example that stands for none is in no state, and in no sum.
  const context = { training: true, rng, ...(share === 0 && { states: new Map() }) };
  if (ranks.batchNormalization === "local") return context;
  return { ...context, across: (x) => ranks.across(share === 0 ? mul(x, 0) : x) };
}

/** The part that a rank has of the steps of masked sequences. */
function stepShareOf(mask: Tensor, share: number, ranks: Ranks): number {
  const own = share === 0 ? 0 : sum(mask).item();
  return own / Math.max(ranks.sum([own])[0], 1);
}

/** Where a loss is not finite, as the first rank says that finds it on its own examples. */
function whereOnRanks(ranks: Ranks, isFinite: boolean, whereItIs: () => string): string {
  let own = "";
  try {
    if (!isFinite) own = whereItIs();
  } catch (error) {
    own = (error as Error).message;
  }
  const all = ranks.gather(own), at = all.findIndex((where) => where !== "");
  return at < 0 ? "" : `${all[at]}, on rank ${at}`;
}

/** The loss of an output in a batch. */
interface Result {
  /** The loss, on the tape. */
  readonly value: Tensor;
  /** The same, to be read. */
  readonly alone: Tensor;
  /** The output, to be measured. */
  readonly output?: Tensor;
  /** Which steps of it are there. */
  readonly mask?: Tensor;
}

/** The loss of each example, from the output as it is or, where they are fused, before its activation. */
function eachLoss(
  loss: Loss,
  activation: Head["activation"],
  target: Tensor,
  output: Tensor,
): Tensor {
  return activation === undefined ? loss.call(target, output) : loss.callOnLogits!(target, output);
}
