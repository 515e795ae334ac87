/** What layers with a kernel, a bias and an activation have in common. */
import type { Rng, Tensor } from "@neurite/tensor";
import { type Activation, type ActivationName, activationOf } from "./activations.ts";
import { type Initializer, initializerOf, initializers } from "./initializers/mod.ts";
import { type CallContext, Layer, type LayerOptions } from "./layer.ts";
import { constraints, regularizers } from "./registries.ts";
import type { Config, Constraint, Regularizer, Variable } from "./variable.ts";

/** The options of a layer with a kernel, a bias and an activation. */
export interface KernelOptions extends LayerOptions {
  /** The activation; `"linear"` by default. */
  activation?: ActivationName;
  /** Whether a bias is added; `true` by default. */
  useBias?: boolean;
  /** The start values of the kernel; `"glorotUniform"` by default. */
  kernelInitializer?: string | Initializer;
  /** The start values of the bias; `"zeros"` by default. */
  biasInitializer?: string | Initializer;
  /** What is added to the loss for the size of the kernel. */
  kernelRegularizer?: Regularizer;
  /** What is added to the loss for the size of the bias. */
  biasRegularizer?: Regularizer;
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
 *   readonly className = "Scale";
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
  /** The activation f. */
  readonly activation: Activation;
  /** Whether there is a bias. */
  readonly useBias: boolean;
  readonly #options: KernelOptions;
  readonly #kernelInitializer: Initializer;
  readonly #biasInitializer: Initializer;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /** Checks the options. */
  constructor(options: KernelOptions = {}) {
    super(options);
    this.activation = activationOf(options.activation ?? "linear");
    this.useBias = options.useBias ?? true;
    this.#kernelInitializer = initializerOf(options.kernelInitializer ?? "glorotUniform");
    this.#biasInitializer = initializerOf(options.biasInitializer ?? "zeros");
    this.#options = options;
  }

  /** `W * x + b`, followed by `activation` where the operation can do that. */
  protected abstract linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: Activation["fused"],
  ): Tensor;

  /** The name of the activation. */
  override get activationName(): ActivationName {
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
    const bias = this.#bias?.value;
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

  /** Makes the kernel and, with `useBias`, a bias of `units` numbers. */
  protected makeKernel(shape: readonly number[], units: number, rng: Rng, name = "kernel"): void {
    const { kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint } = this.#options;
    this.#kernel = this.addWeight(name, shape, this.#kernelInitializer, rng, {
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    if (!this.useBias) return;
    this.#bias = this.addWeight("bias", [units], this.#biasInitializer, rng, {
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint } = this.#options;
    const config: Record<string, unknown> = {
      ...super.getConfig(),
      activation: this.activation.name,
      useBias: this.useBias,
      kernelInitializer: this.#kernelInitializer.toConfig(),
      biasInitializer: this.#biasInitializer.toConfig(),
    };
    for (
      const [name, part] of Object.entries({
        kernelRegularizer,
        biasRegularizer,
        kernelConstraint,
        biasConstraint,
      })
    ) if (part !== undefined) config[name] = part.toConfig();
    return config;
  }
}

/** How the objects among options are made again, by the ends of their names. */
const REVIVERS: Record<string, (config: Config) => unknown> = {
  Initializer: (config) => initializers.make(config),
  Regularizer: (config) => regularizers.make(config),
  Constraint: (config) => constraints.make(config),
};

/**
 * The options that a layer's `getConfig` wrote, with their objects made again: whatever has a name
 * that ends in `Initializer`, `Regularizer` or `Constraint`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, kernelOptions } from "@neurite/nn";
 *
 * const dense = new Dense(2, { kernelInitializer: "heNormal" });
 * const { kernelInitializer } = kernelOptions(dense.getConfig());
 * assertEquals(typeof kernelInitializer, "object");
 * ```
 */
export function kernelOptions(config: Record<string, unknown>): KernelOptions {
  const revived = Object.entries(config).map(([name, value]) => {
    const end = Object.keys(REVIVERS).find((end) => name.endsWith(end));
    return [name, end === undefined ? value : REVIVERS[end](value as Config)];
  });
  return Object.fromEntries(revived);
}
