/** What Keras and PyTorch computed for the same layers; see `tools/fixtures/lstm_gru.py`. */
import "@neurite/lstm-gru";
import { Input, layers, Model } from "@neurite/nn";
import type { RecurrentLayer } from "@neurite/rnn";
import type { TensorLike } from "@neurite/tensor";

/** A layer, what it is given and what comes out. */
interface Case {
  readonly name: string;
  readonly className: "LSTM" | "GRU";
  /** Options; the layer gives its last states besides. */
  readonly config: Record<string, unknown>;
  readonly x: TensorLike;
  /** The states before the first step, if they are not zeros. */
  readonly first: readonly TensorLike[];
  /** The output and the last states. */
  readonly results: readonly TensorLike[];
  /** The gradients of the results. */
  readonly cotangents: readonly TensorLike[];
}

/** Computed by Keras. */
export interface KerasCase extends Case {
  readonly mask?: TensorLike;
  readonly weights: readonly TensorLike[];
  /** The gradients of the input, of the first states and of the weights. */
  readonly gradients: readonly TensorLike[];
  readonly target: TensorLike;
  readonly rate: number;
  /** The loss before the last step. */
  readonly lastLoss: number;
  /** The weights after all steps. */
  readonly trained: readonly TensorLike[];
}

/** Computed by PyTorch, which gives all steps. */
export interface TorchCase extends Case {
  readonly weights: Readonly<Record<string, TensorLike>>;
  readonly gradients: {
    readonly x: TensorLike;
    readonly first: readonly TensorLike[];
    readonly weights: Readonly<Record<string, TensorLike>>;
  };
}

/** Reads a fixture. */
export async function readCases<T>(name: string): Promise<{ steps: number; cases: T[] }> {
  return JSON.parse(await Deno.readTextFile(new URL(`../fixtures/${name}`, import.meta.url)));
}

/** The layer of a case, in a model of its own that makes its weights. */
export function layerOf(
  { className, config, x }: Case,
  more: Record<string, unknown> = {},
): { layer: RecurrentLayer; model: Model } {
  const all = { returnState: true, ...config, ...more };
  const layer = layers.make({ className, config: all }) as RecurrentLayer;
  const input = new Input({ shape: [null, (x as number[][][])[0][0].length] });
  return { layer, model: new Model({ inputs: input, outputs: layer.applyAll(input) }) };
}
