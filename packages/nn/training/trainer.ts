/** The training step. */
import {
  add,
  DivergedError,
  keep,
  mean,
  mul,
  stopGradient,
  type Tensor,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { type ActivationName, activationOf } from "../activations.ts";
import type { Logs } from "../callbacks/callback.ts";
import type { Graph } from "../graph.ts";
import type { CallContext } from "../layer.ts";
import { Loss } from "../losses/mod.ts";
import { bySteps, meanOfSteps, weighSteps } from "../masks.ts";
import { type Metric, metricOf } from "../metrics/mod.ts";
import type { Model } from "../model.ts";
import type { Examples, TensorBatch } from "./batches.ts";
import type { Compiled } from "./compile.ts";

/** Targets above this number are not looked at before the training. */
const MANY = 1 << 20;

/** An output of the model, its loss and what is measured of it. */
interface Head {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  /** The activation that the loss is fused with, if it is. */
  readonly activation: ((z: Tensor) => Tensor) | undefined;
  readonly metrics: readonly Metric[];
  /** What is measured with weights. */
  readonly weightedMetrics: readonly Metric[];
  /** The sum of its losses since the last reset, each times the size of its batch. */
  total: number;
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
 * assertEquals(Object.keys(model.trainer.logs()), ["loss"]);
 * ```
 */
export class Trainer {
  readonly #model: Model;
  readonly #graph: Graph;
  readonly #compiled: Compiled;
  readonly #heads: readonly Head[];
  readonly #fused: readonly boolean[];
  #total = 0;
  #count = 0;

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
    this.#heads = graph.outputs.map(({ shape, from }, i): Head => {
      const loss = losses[losses.length === 1 ? 0 : i], last = graph.lastLayer(i);
      const fused = loss.fusedActivation !== undefined &&
        loss.callOnLogits !== undefined && last?.callBeforeActivation !== undefined &&
        last.activationName === loss.fusedActivation;
      return {
        name: from,
        loss,
        weight: lossWeights?.[i] ?? 1,
        activation: fused ? activationOf(loss.fusedActivation as ActivationName).apply : undefined,
        metrics: metrics.map((metric) => metricOf(metric, loss, shape)),
        weightedMetrics: weightedMetrics.map((metric) => metricOf(metric, loss, shape)),
        total: 0,
      };
    });
    this.#fused = this.#heads.map(({ activation }) => activation !== undefined);
  }

  /** Forgets the means. */
  reset(): void {
    this.#total = this.#count = 0;
    for (const head of this.#heads) {
      head.total = 0;
      for (const metric of [...head.metrics, ...head.weightedMetrics]) metric.reset();
    }
  }

  /** The numbers that the means are made of, for a checkpoint in the middle of an epoch. */
  get sums(): number[] {
    const { heads, metrics } = this.#counted;
    return [
      this.#total,
      this.#count,
      ...heads.map(({ total }) => total),
      ...metrics.flatMap(({ sums }) => sums),
    ];
  }
  set sums(sums: readonly number[]) {
    const left = [...sums], { heads, metrics } = this.#counted;
    [this.#total, this.#count] = left.splice(0, 2);
    for (const head of heads) [head.total] = left.splice(0, 1);
    for (const metric of metrics) metric.sums = left.splice(0, metric.sums.length);
  }

  /** All that counts from batch to batch. */
  get #counted(): { heads: readonly Head[]; metrics: readonly Metric[] } {
    const heads = this.#heads;
    return { heads, metrics: heads.flatMap((head) => [...head.metrics, ...head.weightedMetrics]) };
  }

  /** The means since the last reset: the loss, and what is measured. */
  logs(): Logs {
    const logs: Logs = { loss: this.#total / this.#count }, several = this.#heads.length > 1;
    for (const { name, total, metrics, weightedMetrics } of this.#heads) {
      if (several) logs[`${camel(name)}Loss`] = total / this.#count;
      for (const metric of [...metrics, ...weightedMetrics]) {
        logs[several ? camel(`${name}_${metric.name}`) : metric.name] = metric.result();
      }
    }
    return logs;
  }

  /**
   * One step: the loss of the batch, its gradient with respect to every weight, and the optimizer's
   * change. A loss that is not finite throws `DivergedError` before anything is changed.
   */
  step(batch: TensorBatch, epoch: number, number: number): void {
    const model = this.#model, weights = model.trainableWeights;
    const later: (() => void)[] = [];
    const context: CallContext = { training: true, rng: model.rng, later };
    this.#check(batch);
    tidy(() => {
      // Running statistics change on the way forth: where the loss is not finite, they go back.
      const statistics = model.weights.filter(({ trainable }) => !trainable);
      const before = statistics.map((weight) => stopGradient(weight.value));
      let results: Result[] = [];
      const { value, gradients } = valueAndGrad(() => {
        results = this.#losses(batch, context);
        return this.#sum(results);
      })(...weights.map((weight) => weight.value));
      const loss = value.item();
      if (!Number.isFinite(loss)) {
        statistics.forEach((weight, i) => weight.value.assign(before[i]));
        this.#diverged(loss, batch, epoch, number);
      }
      for (const act of later) act();
      this.#take(batch, loss, results);
      this.#compiled.optimizer.apply(gradients, weights);
    });
  }

  /** The loss of a batch, and what is measured, without a step. */
  measure(batch: TensorBatch, context: CallContext = this.#model.evaluationContext()): void {
    this.#check(batch);
    tidy(() => {
      const results = this.#losses(batch, context);
      this.#take(batch, this.#sum(results).item(), results);
    });
  }

  /**
   * Checks the targets of output number `i` before the training. Where any finite number will do and
   * there are many, that is left until a loss is not finite.
   */
  checkTargets(targets: Examples, i: number): void {
    const { loss } = this.#heads[i], { count, shape } = targets;
    const size = shape.reduce((product, n) => product * n, count);
    const wanted = this.#graph.outputs[i].shape;
    if (loss.checkTargets === Loss.prototype.checkTargets && size > MANY) {
      return loss.checkShape([count, ...shape], [count, ...wanted]);
    }
    loss.checkTargets(targets.values(), [count, ...shape], wanted);
  }

  #check({ x }: TensorBatch): void {
    this.#graph.check(`run model "${this.#model.name}"`, x);
  }

  /** The loss of each output for a batch. */
  #losses({ x, y, weights }: TensorBatch, context: CallContext): Result[] {
    const masks = new Map<Tensor, Tensor>();
    const outputs = this.#graph.run(x, { ...context, masks }, this.#fused);
    return this.#heads.map(({ loss, activation, metrics, weightedMetrics }, i) => {
      const output = outputs[i], mask = masks.get(output), target = loss.prepare(y[i], output);
      let value: Tensor;
      if (mask !== undefined) {
        const each = eachLoss(loss, activation, bySteps(target), bySteps(output));
        value = meanOfSteps(each, mask, weights);
      } else if (weights === undefined && activation === undefined && loss.callMean !== undefined) {
        value = loss.callMean(target, output);
      } else {
        const each = eachLoss(loss, activation, target, output);
        value = mean(weights === undefined ? each : mul(each, weights));
      }
      // What is measured is read after the gradient is known: it must outlive this.
      const measured = metrics.length + weightedMetrics.length === 0
        ? undefined
        : keep(stopGradient(output));
      return {
        value,
        alone: keep(stopGradient(value)),
        measured,
        mask: measured && mask && keep(stopGradient(mask)),
      };
    });
  }

  /** The sum of the losses, weighted, and of what is added for the size of weights. */
  #sum(results: readonly Result[]): Tensor {
    const parts = results.map(({ value }, i) => {
      const { weight } = this.#heads[i];
      return weight === 1 ? value : mul(value, weight);
    });
    // As in Keras, the weights of frozen layers are not penalized.
    for (const { regularizer, value } of this.#model.trainableWeights) {
      if (regularizer !== undefined) parts.push(regularizer.penalty(value));
    }
    return parts.reduce((sum, part) => add(sum, part));
  }

  /** Takes the numbers of a batch into the means. */
  #take({ y, weights, count }: TensorBatch, loss: number, results: readonly Result[]): void {
    this.#total += loss * count;
    this.#count += count;
    results.forEach(({ alone, measured, mask }, i) => {
      const head = this.#heads[i];
      head.total += alone.item() * count;
      alone.dispose();
      if (measured === undefined) return;
      const output = head.activation === undefined ? measured : head.activation(measured);
      const [target, prediction, each, weighted] = mask === undefined
        ? [y[i], output, undefined, weights]
        : [bySteps(y[i]), bySteps(output), bySteps(mask), bySteps(weighSteps(mask, weights))];
      for (const metric of head.metrics) metric.update(target, prediction, each);
      for (const metric of head.weightedMetrics) metric.update(target, prediction, weighted);
      mask?.dispose();
      measured.dispose();
    });
  }

  /** Says why a loss is not finite: a target, an input, or a layer. */
  #diverged(loss: number, { x, y }: TensorBatch, epoch: number, step: number): never {
    this.#heads.forEach(({ loss }, i) => {
      loss.checkTargets(y[i].dataSync(), y[i].shape, this.#graph.outputs[i].shape);
    });
    const context = { ...this.#model.evaluationContext(), later: [] };
    const layer = this.#graph.firstNotFinite(x, context);
    const where = !x.every((input) => input.dataSync().every(Number.isFinite))
      ? "in the inputs"
      : layer === undefined
      ? "in the loss: every layer's result is finite"
      : `in the result of layer "${layer}"`;
    throw new DivergedError(loss, epoch + 1, step + 1, where);
  }
}

/** The loss of an output in a batch. */
interface Result {
  /** The loss, on the tape. */
  readonly value: Tensor;
  /** The same, to be read. */
  readonly alone: Tensor;
  /** The output, to be measured. */
  readonly measured: Tensor | undefined;
  /** Which steps of it are there. */
  readonly mask: Tensor | undefined;
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

/** `dense_1_accuracy` to `dense1Accuracy`. */
function camel(name: string): string {
  return name.replace(/_+(.)/g, (_, c: string) => c.toUpperCase());
}
