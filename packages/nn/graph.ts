/** How the layers of a model are connected, and the running of them in order. */
import { isRecording, type Rng, ShapeError, type Tensor } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { callOf, type Chain, chainOf, extended, masksOf } from "./fusion.ts";
import type { CallContext, FusedCall, Layer } from "./layer.ts";
import { carryMasks } from "./masks.ts";
import { fits, formatSizes, type Shape } from "./shape.ts";
import { Input, type Node, type SymbolicTensor } from "./symbolic.ts";

/** A layer in a list of layers: what `summary` prints and a drawing shows. */
export interface LayerDescription {
  /** The name. */
  name: string;
  /** The class. */
  className: string;
  /** The shape of an example of its result, the first one where there are several. */
  outputShape: Shape;
  /** Its parameters. */
  parameters: number;
  /** The names of the layers or inputs that it is given. */
  inputs: string[];
}

/** A result by the place of its step, or an input by its own place. */
export type Place = readonly [step: number, index: number];

/** A layer run on results of steps before it. */
interface Step {
  readonly layer: Layer;
  readonly node: Node;
  readonly inputs: readonly Place[];
}

/** What is run for a step, and on what. */
interface Run {
  /** The number of the step. */
  readonly step: number;
  readonly inputs: readonly Place[];
  /** How, where it takes in steps before it. */
  readonly fusedCall: FusedCall | undefined;
  /** The layers that one operation does. */
  readonly chain: Chain | undefined;
  /** Results that are not needed any more. */
  readonly done: Place[];
}

/** Steps are counted from 0; the inputs of the model stand at step -1. */
const INPUTS = -1;

/**
 * Layers from inputs to outputs, in an order in which they can be run. A `Model` has one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Graph, Input } from "@neurite/nn";
 *
 * const x = new Input({ shape: [2] }), y = new Dense(3).apply(x);
 * assertEquals(new Graph([x], [y]).layers.length, 1);
 * ```
 */
export class Graph {
  /** Where data enters. */
  readonly inputs: readonly Input[];
  /** What comes out. */
  readonly outputs: readonly SymbolicTensor[];
  /** The layers, each once, in the order in which they are run first. */
  readonly layers: readonly Layer[];
  readonly #steps: readonly Step[];
  readonly #outputs: readonly Place[];
  /** What is run: a step for each, but where one operation does a chain of layers. */
  readonly #runs: readonly Run[];
  /** The same where the model predicts, and chains can be longer. */
  readonly #predictions: readonly Run[];

  /** Follows `outputs` back to `inputs`; throws `RangeError` where something else is found. */
  constructor(inputs: readonly Input[], outputs: readonly SymbolicTensor[]) {
    this.inputs = inputs;
    this.outputs = outputs;
    const steps: Step[] = [], placeOf = new Map<Node, number>();
    const place = (tensor: SymbolicTensor): Place => {
      if (tensor.node !== undefined) return [placeOf.get(tensor.node)!, tensor.index];
      const at = inputs.indexOf(tensor as Input);
      if (at >= 0) return [INPUTS, at];
      throw new RangeError(
        `Cannot make a model as every input that a layer needs must be among its inputs: current ` +
          `${quoted(tensor.from)} of shape ${formatSizes(tensor.shape)} is not`,
      );
    };
    const visit = ({ node }: SymbolicTensor): void => {
      if (node === undefined || placeOf.has(node)) return;
      for (const input of node.inputs) visit(input);
      placeOf.set(node, steps.length);
      steps.push({ layer: node.layer, node, inputs: node.inputs.map(place) });
    };
    for (const output of outputs) visit(output);
    this.#steps = steps;
    this.#outputs = outputs.map(place);
    this.layers = [...new Set(steps.map(({ layer }) => layer))];

    this.#runs = this.#plan(false);
    this.#predictions = this.#plan(true);
  }

  /** What is to be run, and when results are not needed any more. */
  #plan(predicts: boolean): Run[] {
    const steps = this.#steps, users = new Map<number, number>();
    for (const [n] of [...steps.flatMap(({ inputs }) => inputs), ...this.#outputs]) {
      users.set(n, (users.get(n) ?? 0) + 1);
    }
    const runs = new Map<number, Run>();
    /** The run whose result goes nowhere but to this place. */
    const only = ([before, index]: Place) =>
      before !== INPUTS && index === 0 && users.get(before) === 1 ? runs.get(before) : undefined;
    steps.forEach(({ layer, node, inputs }, step) => {
      const before = inputs.length === 1 ? only(inputs[0]) : undefined;
      const apart = before !== undefined && before.fusedCall === undefined;
      const fusedCall = apart ? layer.fuse?.(steps[before.step].layer) : undefined;
      if (fusedCall !== undefined) {
        runs.delete(before!.step);
        runs.set(step, { step, inputs: before!.inputs, fusedCall, chain: undefined, done: [] });
        return;
      }
      // The latest of the inputs that can take the layer in: what is added to it is there by then.
      const rank = (node.inputs[0]?.shape.length ?? 0) + 1, most = inputs.length > 2 ? 0 : 2;
      const candidates = inputs.slice(0, most).sort(([a], [b]) => b - a);
      for (const place of candidates) {
        const run = only(place), chain = run?.chain && extended(run.chain, layer, rank);
        if (chain === undefined) continue;
        const added = inputs.filter((other) => other !== place), given = [...run!.inputs, ...added];
        runs.delete(run!.step);
        runs.set(step, { step, inputs: given, fusedCall: callOf(chain), chain, done: [] });
        return;
      }
      const chain = chainOf(layer, inputs.length, predicts);
      runs.set(step, { step, inputs, fusedCall: undefined, chain, done: [] });
    });
    const last = new Map<string, { place: Place; run: Run }>();
    for (const run of runs.values()) {
      for (const place of run.inputs) last.set(place.join(), { place, run });
    }
    for (const place of this.#outputs) last.delete(place.join());
    for (const { place, run } of last.values()) if (place[0] !== INPUTS) run.done.push(place);
    return [...runs.values()];
  }

  /** Gives names to the layers that have none and makes the weights of those without. */
  build(rng: Rng): void {
    const taken = new Set<string>();
    for (const layer of this.layers) {
      if (!layer.named) continue;
      if (taken.has(layer.name)) {
        throw new RangeError(
          "Cannot make a model as its layers must have names of their own: current two " +
            quoted(layer.name),
        );
      }
      taken.add(layer.name);
    }
    const next = new Map<string, number>();
    const free = (base: string): string => {
      let name = base, n = next.get(base) ?? 1;
      while (taken.has(name)) name = `${base}_${n++}`;
      next.set(base, n);
      taken.add(name);
      return name;
    };
    for (const layer of this.layers) if (!layer.named) layer.assignName(free(layer.name));
    for (const input of this.inputs) input.name ??= free("input");
    for (const { layer, node } of this.#steps) {
      layer.ensureBuilt(node.inputs.map(({ shape }) => shape), rng);
    }
  }

  /** Checks the shapes of the examples that are to be given; `operation` is for messages. */
  checkShapes(operation: string, shapes: readonly Shape[]): void {
    shapes.forEach((given, i) => {
      const { shape, name } = this.inputs[i];
      if (fits(given, shape)) return;
      throw new ShapeError(
        operation,
        `input "${name}" takes examples of shape ${formatSizes(shape)}`,
        [],
        formatSizes(given),
      );
    });
  }

  /** Checks the shapes of what is given; `operation` is for messages. */
  check(operation: string, values: readonly Tensor[]): void {
    if (values.length !== this.inputs.length) {
      throw new RangeError(
        `Cannot ${operation} as the model has ${this.inputs.length} inputs: current ${values.length}`,
      );
    }
    values.forEach((value, i) => {
      const { shape, name } = this.inputs[i];
      if (value.rank > 0 && fits(value.shape.slice(1), shape)) return;
      throw new ShapeError(
        operation,
        `input "${name}" takes examples of shape ${formatSizes(shape)}, with the batch in front`,
        [value.shape],
      );
    });
  }

  /**
   * Runs the layers. With `beforeActivation`, layers that an output comes from stop short of their
   * activation, where they have one. Without training, what is not needed any more is freed.
   */
  run(
    values: readonly Tensor[],
    context: CallContext,
    beforeActivation: readonly boolean[] = [],
  ): Tensor[] {
    const results: (readonly Tensor[])[] = [], holders = new Map<Tensor, number>();
    const at = ([step, index]: Place) => step === INPUTS ? values[index] : results[step][index];
    const short = this.#outputs.filter((_, i) => beforeActivation[i]).map(([step]) => step);
    const release = !context.training && !isRecording();
    const masks = context.masks ?? new Map<Tensor, Tensor>(), masked = { ...context, masks };
    const runs = context.training ? this.#runs : this.#predictions;
    for (const { step, inputs, fusedCall, chain, done } of runs) {
      const given = inputs.map(at), { layer } = this.#steps[step], stop = short.includes(step);
      const made = fusedCall !== undefined
        ? fusedCall(given, masked, stop)
        : stop
        ? layer.callBeforeActivation!(given, masked)
        : layer.call(given, masked);
      const all = made instanceof Array ? made : [made];
      results[step] = masks.size > 0
        ? carryMasks(chain ? masksOf(chain) : layer, masks, given, all)
        : all;
      if (!release) continue;
      // A layer may hand its input on as it is: a tensor goes with the last that holds it.
      for (const value of results[step]) holders.set(value, (holders.get(value) ?? 0) + 1);
      for (const place of done) {
        const value = at(place), left = holders.get(value)! - 1;
        holders.set(value, left);
        if (left === 0 && !values.includes(value)) value.dispose();
      }
    }
    return this.#outputs.map(at);
  }

  /** The layer that output number `i` comes from, unless its result is used elsewhere too. */
  lastLayer(i: number): Layer | undefined {
    const output = this.outputs[i], { node } = output;
    const uses = this.outputs.filter((other) => other.node === node).length;
    const inner = this.#steps.some(({ inputs }) => inputs.some(([n]) => n === this.#outputs[i][0]));
    return uses === 1 && !inner ? node?.layer : undefined;
  }

  /** The first layer, in order, whose result for these values is not finite. */
  firstNotFinite(values: readonly Tensor[], context: CallContext): string | undefined {
    const results: (readonly Tensor[])[] = [], masks = new Map<Tensor, Tensor>();
    for (const { layer, inputs } of this.#steps) {
      const given = inputs.map(([step, index]) =>
        step === INPUTS ? values[index] : results[step][index]
      );
      const made = layer.call(given, { ...context, masks });
      const all = made instanceof Array ? made : [made];
      if (!all.every((t) => t.dataSync().every(Number.isFinite))) return layer.name;
      results.push(carryMasks(layer, masks, given, all));
    }
  }

  /** The inputs and layers with what they are given, in order. */
  describe(): LayerDescription[] {
    const names = (node: Node) =>
      node.inputs.map((x) => x instanceof Input ? x.name ?? "input" : x.node!.layer.name);
    const described = this.inputs.map(({ name, shape }): LayerDescription => ({
      name: name ?? "input",
      className: "Input",
      outputShape: shape,
      parameters: 0,
      inputs: [],
    }));
    for (const layer of this.layers) {
      const uses = this.#steps.filter((step) => step.layer === layer);
      const made = layer.computeOutputShape(uses[0].node.inputs.map(({ shape }) => shape));
      described.push({
        name: layer.name,
        className: layer.className,
        outputShape: (made[0] instanceof Array ? made[0] : made) as Shape,
        parameters: layer.countParams(),
        inputs: uses.flatMap(({ node }) => names(node)),
      });
    }
    return described;
  }

  /** The connections as plain data: for each step the layer's name and the places of its inputs. */
  toConfig(): GraphConfig {
    return {
      inputs: this.inputs.map(({ name, shape }) => ({ name: name!, shape })),
      steps: this.#steps.map(({ layer, inputs }) => ({ layer: layer.name, inputs })),
      outputs: this.#outputs,
    };
  }
}

/** Connections as plain data. */
export interface GraphConfig {
  /** The inputs. */
  inputs: { name: string; shape: Shape }[];
  /** The layers by name, in order, with the places of what they are given. */
  steps: { layer: string; inputs: readonly Place[] }[];
  /** The places of the outputs. */
  outputs: readonly Place[];
}

/** The inputs and outputs of connected layers, from their names and connections. */
export function connect(
  config: GraphConfig,
  layers: readonly Layer[],
): { inputs: Input[]; outputs: SymbolicTensor[] } {
  const inputs = config.inputs.map((input) => new Input(input));
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const results: SymbolicTensor[][] = [];
  const at = ([step, index]: Place) => step === INPUTS ? inputs[index] : results[step][index];
  for (const step of config.steps) {
    results.push(byName.get(step.layer)!.applyAll(step.inputs.map(at)));
  }
  return { inputs, outputs: config.outputs.map(at) };
}
