/** What layers with a kernel, a bias and an activation have in common. */
import type { Rng, Tensor } from "@neurite/tensor";
import { type Activation, type ActivationLike, activationOf } from "./activations.ts";
import { type Initializer, initializerOf } from "./initializers/mod.ts";
import type { Known } from "./configurable.ts";
import { type CallContext, Layer, type LayerOptions } from "./layer.ts";
import type { Constraint, Regularizer, Variable } from "./variable.ts";

/** The options of a layer with a kernel, a bias and an activation. */
export interface KernelOptions extends LayerOptions {
  /** The activation: a name, `"linear"` by default, or a function of the values before it. */
  activation?: ActivationLike;
  /** Whether a bias is added; `true` by default. */
  useBias?: boolean;
  /** The initial values of the kernel; `"glorotUniform"` by default. */
  kernelInitializer?: string | Initializer;
  /** The initial values of the bias; `"zeros"` by default. */
  biasInitializer?: string | Initializer;
  /** What is added to the loss for the size of the kernel. */
  kernelRegularizer?: Regularizer | undefined;
  /** What is added to the loss for the size of the bias. */
  biasRegularizer?: Regularizer | undefined;
  /** What keeps the kernel in bounds. */
  kernelConstraint?: Constraint;
  /** What keeps the bias in bounds. */
  biasConstraint?: Constraint;
}

/**
 * The base of layers `f(W * x + b)`: a subclass says what `W * x` is, and the shapes. Its
 * {@linkcode KernelLayer.linear} is given the part of the activation that the operation can do on
 * the way; what is left is done here.
 *
 * @example A layer whose kernel scales each input
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { KernelLayer, Sequential, type Shape } from "@neurite/nn";
 * import { add, mul, relu, type Rng, type Tensor } from "@neurite/tensor";
 *
 * class Scale extends KernelLayer {
 *   computeOutputShape([shape]: readonly Shape[]): Shape {
 *     return shape;
 *   }
 *   protected override build([[n]]: readonly Shape[], rng: Rng): void {
 *     this.makeKernel([n!], n!, rng);
 *   }
 *   protected linear(x: Tensor, bias: Tensor | undefined, activation: string): Tensor {
 *     const z = add(mul(x, this.kernel), bias!);
 *     return activation === "relu" ? relu(z) : z;
 *   }
 * }
 * const model = new Sequential([new Scale({ activation: "relu", kernelInitializer: "ones" })]);
 * assertEquals(model.predict([[-1, 2]]).array(), [[0, 2]]);
 * ```
 */
export abstract class KernelLayer extends Layer {
  /** The names of its options. */
  static override readonly options: Known<KernelOptions> = {
    ...Layer.options,
    activation: true,
    useBias: true,
    kernelInitializer: true,
    biasInitializer: true,
    kernelRegularizer: true,
    biasRegularizer: true,
    kernelConstraint: true,
    biasConstraint: true,
  };
  /** The activation f. */
  readonly activation: Activation;
  /** Whether there is a bias. */
  readonly useBias: boolean;
  /** The initial values of the kernel. */
  readonly kernelInitializer: Initializer;
  /** The initial values of the bias. */
  readonly biasInitializer: Initializer;
  /** What is added to the loss for the size of the kernel. */
  readonly kernelRegularizer: Regularizer | undefined;
  /** What is added to the loss for the size of the bias. */
  readonly biasRegularizer: Regularizer | undefined;
  /** What keeps the kernel in bounds. */
  readonly kernelConstraint: Constraint | undefined;
  /** What keeps the bias in bounds. */
  readonly biasConstraint: Constraint | undefined;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /** Checks the options. */
  constructor(options: KernelOptions = {}) {
    super(options);
    this.activation = activationOf(options.activation ?? "linear");
    this.useBias = options.useBias ?? true;
    this.kernelInitializer = initializerOf(options.kernelInitializer ?? "glorotUniform");
    this.biasInitializer = initializerOf(options.biasInitializer ?? "zeros");
    this.kernelRegularizer = options.kernelRegularizer;
    this.biasRegularizer = options.biasRegularizer;
    this.kernelConstraint = options.kernelConstraint;
    this.biasConstraint = options.biasConstraint;
  }

  /** `W * x + b`, followed by `activation` where the operation can do that. */
  protected abstract linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: Activation["fused"],
  ): Tensor;

  /** The name of the activation. */
  override get activationName(): string {
    return this.activation.name;
  }

  /** The result for a batch. */
  override call([x]: readonly Tensor[], _context: CallContext): Tensor {
    return this.activated((bias, activation) => this.linear(x, bias, activation));
  }

  /** The result of a product that can add the bias and apply a part of the activation. */
  protected activated(
    product: (bias: Tensor | undefined, activation: Activation["fused"]) => Tensor,
    beforeActivation = false,
  ): Tensor {
    const { bias } = this;
    if (beforeActivation) return product(bias, "linear");
    const z = product(bias, this.activation.fused);
    return this.activation.rest === undefined ? z : this.activation.rest(z);
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation([x]: readonly Tensor[]): Tensor {
    return this.activated((bias, activation) => this.linear(x, bias, activation), true);
  }

  /** The kernel W, once it is made. */
  protected get kernel(): Tensor {
    return this.#kernel!.value;
  }

  /** The bias b, where there is one, once it is made. */
  protected get bias(): Tensor | undefined {
    return this.#bias?.value;
  }

  /** Makes the kernel and, with `useBias`, a bias of `units` numbers. */
  protected makeKernel(shape: readonly number[], units: number, rng: Rng, name = "kernel"): void {
    this.#kernel = this.addWeight(name, shape, this.kernelInitializer, rng, {
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (!this.useBias) return;
    this.#bias = this.addWeight("bias", [units], this.biasInitializer, rng, {
      regularizer: this.biasRegularizer,
      constraint: this.biasConstraint,
    });
  }
}
