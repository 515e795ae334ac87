/** An encoder and a decoder, one behind the other. */
import { Input, layers, Model, type ModelSettings, Sequential } from "@neurite/nn";

/** How {@linkcode Autoencoder} is saved. */
interface AutoencoderConfig {
  name: string;
  encode: Record<string, unknown>;
  decode: Record<string, unknown>;
}

/**
 * A model of two models: `x̂ = decode(encode(x))`. It is trained as a whole, on inputs that are their
 * own targets, to make the reconstruction error `L(x, x̂) = ‖x - x̂‖²` small; after that either half
 * works alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Autoencoder } from "@neurite/autoencoders";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const model = new Autoencoder(
 *   new Sequential([new Dense(2, { activation: "relu", inputShape: [4] })], { seed: 1 }),
 *   new Sequential([new Dense(4, { activation: "relu" })], { seed: 2 }),
 * );
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * const X = [[1, 0, 0, 0], [0, 1, 0, 0]];
 * await model.fit(X, X, { epochs: 2, verbose: 0 });
 * assertEquals(model.encode.predict(X).shape, [2, 2]);
 * ```
 */
export class Autoencoder extends Model {
  /** The name in files. */
  static override readonly className: string = "Autoencoder";
  /** The name of the class. */
  override readonly className: string = Autoencoder.className;
  /** From an input to its code: `z = σ(W_e x + b_e)`. */
  readonly encode: Model;
  /** From a code back to an input: `x̂ = σ(W_d z + b_d)`. */
  readonly decode: Model;

  /** Puts a decoder behind an encoder, whose input shape is known. */
  constructor(encode: Model, decode: Model, settings: ModelSettings = {}) {
    const x = new Input({ shape: encode.inputs[0].shape });
    super({ ...settings, inputs: x, outputs: decode.apply(encode.apply(x)) });
    this.encode = encode;
    this.decode = decode;
  }

  /** The options of the constructor, as plain data. */
  override getConfig(): Record<string, unknown> {
    const config: AutoencoderConfig = {
      name: this.name,
      encode: this.encode.getConfig(),
      decode: this.decode.getConfig(),
    };
    return { ...config };
  }

  /** Makes a model, with new weights, of what `getConfig` gave. */
  static override fromConfig(config: Record<string, unknown>): Autoencoder {
    const { name, encode, decode } = config as unknown as AutoencoderConfig;
    return new Autoencoder(Sequential.fromConfig(encode), Sequential.fromConfig(decode), { name });
  }
}

layers.register(Autoencoder);
