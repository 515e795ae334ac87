/** What recurrent layers have in common: weights, states, and the directions they read in. */
import {
  type CallContext,
  type Constraint,
  type Initializer,
  initializerOf,
  type Known,
  Layer,
  type LayerOptions,
  type Masks,
  type Regularizer,
  type Shape,
  State,
  type Variable,
} from "@neurite/nn";
import {
  dropout,
  expandDims,
  flip,
  gather,
  mul,
  ones,
  type Rng,
  stopGradient,
  takeAlongAxis,
  type Tensor,
} from "@neurite/tensor";
import { brand, checkCount } from "@neurite/tensor/internal";
import { checkInputs, checkRate, checkSequence, checkStates, symbolsOf } from "./check_layer.ts";

/** The options of every recurrent layer; names and meanings are Keras's. */
export interface RecurrentOptions extends LayerOptions {
  /** Whether the result is the states after all steps or after the last one (by default). */
  returnSequences?: boolean;
  /** Whether the last states come out as further results: use `applyAll`. `false` by default. */
  returnState?: boolean;
  /**
   * Whether a batch goes on where the one before it ended: example `i` is the continuation of example
   * `i`, until `resetStates` is called. Gradients do not go back into earlier batches. `false` by
   * default.
   */
  stateful?: boolean;
  /** Whether sequences are read from their end; states then come out in that order, too. */
  goBackwards?: boolean;
  /** Whether a bias is added; `true` by default. */
  useBias?: boolean;
  /** The share of inputs that is dropped in training, the same at all steps; 0 by default. */
  dropout?: number;
  /** The share of the state that is dropped on its way into the next step; 0 by default. Slow. */
  recurrentDropout?: number;
  /**
   * Inputs are numbers of symbols, `[time]`, each of which stands for a one-hot vector of so many
   * elements. The vectors are never made: rows of the kernel are taken. By default inputs are vectors.
   */
  oneHot?: number;
  /** The initial values of the input kernel; `"glorotUniform"` by default. */
  kernelInitializer?: string | Initializer;
  /** The initial values of the recurrent kernel; `"orthogonal"` by default. */
  recurrentInitializer?: string | Initializer;
  /** The initial values of the bias; `"zeros"` by default. */
  biasInitializer?: string | Initializer;
  /** What is added to the loss for the size of the input kernel. */
  kernelRegularizer?: Regularizer;
  /** What is added to the loss for the size of the recurrent kernel. */
  recurrentRegularizer?: Regularizer;
  /** What is added to the loss for the size of the bias. */
  biasRegularizer?: Regularizer;
  /** What keeps the input kernel in bounds. */
  kernelConstraint?: Constraint;
  /** What keeps the recurrent kernel in bounds. */
  recurrentConstraint?: Constraint;
  /** What keeps the bias in bounds. */
  biasConstraint?: Constraint;
}

/** A sequence as the operation of a cell is given it. */
export interface SequenceCall {
  /** The input kernel, `[features, gates * units]`; without it, inputs are what they add to the gates. */
  readonly kernel: Tensor | undefined;
  /** The recurrent kernel, `[units, gates * units]`. */
  readonly recurrentKernel: Tensor;
  /** The bias, if there is one. */
  readonly bias: Tensor | undefined;
  /** The states before the first step, `[batch, units]` each; zeros where they are not given. */
  readonly states: readonly Tensor[] | undefined;
  /** Which steps are there, `[batch, time]`. */
  readonly mask: Tensor | undefined;
  /** What the state is multiplied by on its way into the products. */
  readonly recurrentMask: Tensor | undefined;
  /** Whether the output is the states after all steps. */
  readonly returnSequences: boolean;
  /** Whether the steps go from the end to the beginning. */
  readonly reverse: boolean;
}

/** What comes of a sequence: the output in the order of time, and the last states. */
export interface SequenceResult {
  /** The states after all steps, `[batch, time, units]`, or after the last one, `[batch, units]`. */
  readonly output: Tensor;
  /** The last states, `[batch, units]` each; the hidden state first. */
  readonly states: readonly Tensor[];
}

/**
 * The base of layers that read a sequence `[batch, time, features]` step by step and keep a state. A
 * subclass says how many gates and states its cell has, and runs the operation of the cell.
 *
 * The inputs are the sequence and, if wanted, the states before its first step. A step that the mask of
 * the sequence leaves out changes nothing: the state stays what it was. The weights are those of
 * Keras: `kernel` `[features, gates * units]`, `recurrent_kernel` `[units, gates * units]` and `bias`.
 *
 * @example A layer whose state is the running sum of its inputs
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sequential } from "@neurite/nn";
 * import { RecurrentLayer, type SequenceCall, type SequenceResult } from "@neurite/rnn";
 * import { simpleRnnSequence, type Tensor } from "@neurite/tensor";
 *
 * class RunningSum extends RecurrentLayer {
 *   protected readonly gates = 1;
 *   readonly stateCount = 1;
 *   protected sequence(x: Tensor, call: SequenceCall): SequenceResult {
 *     const { output, h } = simpleRnnSequence(x, call.recurrentKernel, {
 *       inputKernel: call.kernel,
 *       returnSequences: call.returnSequences,
 *       activation: "relu",
 *     });
 *     return { output, states: [h] };
 *   }
 * }
 * const layer = new RunningSum(1, {
 *   returnSequences: true,
 *   kernelInitializer: "ones",
 *   recurrentInitializer: "ones",
 * });
 * assertEquals(new Sequential([layer]).predict([[[1], [2], [3]]]).array(), [[[1], [3], [6]]]);
 * ```
 */
export abstract class RecurrentLayer extends Layer {
  static {
    brand(this, "RecurrentLayer");
  }
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["units"];
  /** The names of its options. */
  static override readonly options: Known<RecurrentOptions> = {
    ...Layer.options,
    returnSequences: true,
    returnState: true,
    stateful: true,
    goBackwards: true,
    useBias: true,
    dropout: true,
    recurrentDropout: true,
    oneHot: true,
    kernelInitializer: true,
    recurrentInitializer: true,
    biasInitializer: true,
    kernelRegularizer: true,
    recurrentRegularizer: true,
    biasRegularizer: true,
    kernelConstraint: true,
    recurrentConstraint: true,
    biasConstraint: true,
  };
  /** The size of a state. */
  readonly units: number;
  /** Whether the result is the states after all steps. */
  readonly returnSequences: boolean;
  /** Whether the last states come out as further results. */
  readonly returnState: boolean;
  /** Whether a batch goes on where the one before it ended. */
  readonly stateful: boolean;
  /** Whether sequences are read from their end. */
  readonly goBackwards: boolean;
  /** Whether there is a bias. */
  readonly useBias: boolean;
  /** The share of inputs that is dropped in training. */
  readonly dropout: number;
  /** The share of the state that is dropped on its way into the next step. */
  readonly recurrentDropout: number;
  /** The number of symbols, where inputs are numbers of symbols. */
  readonly oneHot: number | undefined;
  /** How many numbers for each unit the kernels compute. */
  protected abstract readonly gates: number;
  /** How many states there are: 2 with a cell state, else 1. */
  abstract readonly stateCount: number;
  /** The initial values of the input kernel. */
  readonly kernelInitializer: Initializer;
  /** The initial values of the recurrent kernel. */
  readonly recurrentInitializer: Initializer;
  /** The initial values of the bias. */
  readonly biasInitializer: Initializer;
  /** What is added to the loss for the size of the input kernel. */
  readonly kernelRegularizer: Regularizer | undefined;
  /** What is added to the loss for the size of the recurrent kernel. */
  readonly recurrentRegularizer: Regularizer | undefined;
  /** What is added to the loss for the size of the bias. */
  readonly biasRegularizer: Regularizer | undefined;
  /** What keeps the input kernel in bounds. */
  readonly kernelConstraint: Constraint | undefined;
  /** What keeps the recurrent kernel in bounds. */
  readonly recurrentConstraint: Constraint | undefined;
  /** What keeps the bias in bounds. */
  readonly biasConstraint: Constraint | undefined;
  #kernel: Variable | undefined;
  #recurrentKernel: Variable | undefined;
  #bias: Variable | undefined;
  #states: readonly State[] | undefined;

  /** Checks the options; throws `RangeError` for those that make no sense. */
  constructor(units: number, options: RecurrentOptions = {}) {
    super(options);
    checkCount("make a recurrent layer", "units", units);
    if (options.oneHot !== undefined) {
      checkCount("make a recurrent layer", "oneHot", options.oneHot);
    }
    this.units = units;
    this.returnSequences = options.returnSequences ?? false;
    this.returnState = options.returnState ?? false;
    this.stateful = options.stateful ?? false;
    this.goBackwards = options.goBackwards ?? false;
    this.useBias = options.useBias ?? true;
    this.dropout = checkRate("dropout", options.dropout ?? 0);
    this.recurrentDropout = checkRate("recurrentDropout", options.recurrentDropout ?? 0);
    this.oneHot = options.oneHot;
    this.kernelInitializer = initializerOf(options.kernelInitializer ?? "glorotUniform");
    this.recurrentInitializer = initializerOf(options.recurrentInitializer ?? "orthogonal");
    this.biasInitializer = initializerOf(options.biasInitializer ?? "zeros");
    this.kernelRegularizer = options.kernelRegularizer;
    this.recurrentRegularizer = options.recurrentRegularizer;
    this.biasRegularizer = options.biasRegularizer;
    this.kernelConstraint = options.kernelConstraint;
    this.recurrentConstraint = options.recurrentConstraint;
    this.biasConstraint = options.biasConstraint;
  }

  /** Runs the operation of the cell over a sequence `[batch, time, features]`, or symbols `[batch, time]`. */
  protected abstract sequence(x: Tensor, call: SequenceCall): SequenceResult;

  /** The shapes of the results; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[] {
    const { units, stateCount } = this, [time] = checkInputs(inputShapes, this);
    const output: Shape = this.returnSequences ? [time, units] : [units];
    if (!this.returnState) return output;
    return [output, ...Array.from({ length: stateCount }, () => [units])];
  }

  /** Makes the weights, in Keras's order. */
  protected override build([[, features]]: readonly Shape[], rng: Rng): void {
    const { units, gates } = this, inputs = this.oneHot ?? features!, outputs = gates * units;
    this.#kernel = this.addWeight("kernel", [inputs, outputs], this.kernelInitializer, rng, {
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    const recurrent = this.recurrentInitializer, start = this.startOfBias(this.biasInitializer);
    this.#recurrentKernel = this.addWeight("recurrent_kernel", [units, outputs], recurrent, rng, {
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (!this.useBias) return;
    this.#bias = this.addWeight("bias", this.biasShape(), start, rng, {
      regularizer: this.biasRegularizer,
      constraint: this.biasConstraint,
    });
  }

  /** The shape of the bias. */
  protected biasShape(): readonly number[] {
    return [this.gates * this.units];
  }

  /** What makes the initial values of the bias, given what the options ask for. */
  protected startOfBias(initializer: Initializer): Initializer {
    return initializer;
  }

  /** The states after all steps have the mask of the sequence. */
  override computeMasks([mask]: Masks): Masks {
    return this.returnSequences ? [mask] : [];
  }

  /** Runs the layer. */
  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const { output, states } = this.read(inputs, context);
    const result = this.goBackwards && this.returnSequences
      ? reverseSteps(inputs[0], output, context)
      : output;
    return this.returnState ? [result, ...states] : result;
  }

  /**
   * Reads sequences, and gives the states after all steps in the order of time, whichever way it reads:
   * what `call` does before it puts them in order.
   */
  read([x, ...initial]: readonly Tensor[], context: CallContext): SequenceResult {
    const { training, rng, masks, states } = context, [batch] = x.shape, mask = masks?.get(x);
    // One symbol of many, where it is masked, is a step that changes nothing.
    const one = states !== undefined && x.shape[1] === 1;
    checkSequence(this.name, x, one ? undefined : mask);
    const input = this.#input(x, training ? rng : undefined);
    const result = this.sequence(input, {
      // What is dropped of one-hot vectors is dropped of the rows of the kernel.
      kernel: this.oneHot !== undefined && input.rank === 3 ? undefined : this.#kernel!.value,
      recurrentKernel: this.#recurrentKernel!.value,
      bias: this.#bias?.value,
      states: initial.length > 0
        ? initial
        : states === undefined
        ? this.#kept(batch)
        : states.get(this),
      mask,
      recurrentMask: training && this.recurrentDropout > 0
        ? dropout(ones([batch, this.units]), this.recurrentDropout, { rng })
        : undefined,
      returnSequences: this.returnSequences,
      reverse: this.goBackwards,
    });
    // Handles of their own: a result is freed when the last layer has read it.
    if (states !== undefined) states.set(this, result.states.map((state) => stopGradient(state)));
    else if (this.stateful) this.#keep(result.states);
    return result;
  }

  /** The states that the next batch goes on from, of a stateful layer. */
  override namedStates(path = `${this.name}/`): [name: string, state: State][] {
    if (!this.stateful) return [];
    return this.#carried.map((state, i) => [`${path}state_${i}`, state]);
  }

  /** Forgets the states that were kept for the next batch. */
  override resetStates(): void {
    for (const state of this.#carried) state.reset();
  }

  /** The inputs; drops some where there is a generator, of the rows of the kernel for symbols. */
  #input(x: Tensor, rng: Rng | undefined): Tensor {
    const { oneHot, dropout: rate } = this, [batch, , features] = x.shape;
    const drops = rng !== undefined && rate > 0;
    if (oneHot === undefined) {
      return drops ? dropout(x, rate, { rng, noiseShape: [batch, 1, features] }) : x;
    }
    const symbols = symbolsOf(this.name, x);
    if (!drops) return symbols;
    const kept = takeAlongAxis(dropout(ones([batch, oneHot]), rate, { rng }), symbols, 1);
    return mul(gather(this.#kernel!.value, symbols), expandDims(kept, 2));
  }

  /** The states that were kept, as they are now: the backward pass reads them after they are replaced. */
  #kept(batch: number): readonly Tensor[] | undefined {
    const states = this.#carried.flatMap(({ value }) => value ?? []);
    if (states.length < this.stateCount) return undefined;
    for (const { shape } of states) checkStates(this.name, shape[0], batch);
    return states.map((state) => stopGradient(state));
  }

  #keep(states: readonly Tensor[]): void {
    this.#carried.forEach((state, i) => state.set(states[i]));
  }

  /** What is carried to the next batch. */
  get #carried(): readonly State[] {
    return this.#states ??= Array.from(
      { length: this.stateCount },
      () => new State([null, this.units]),
    );
  }
}

/** States in the order in which the steps were read, with a mask that goes with them. */
function reverseSteps(x: Tensor, output: Tensor, { masks }: CallContext): Tensor {
  const reversed = flip(output, 1), mask = masks?.get(x);
  if (mask !== undefined) masks!.set(reversed, flip(mask, 1));
  return reversed;
}
