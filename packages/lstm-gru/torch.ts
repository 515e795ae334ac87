/** The weights of recurrent layers in PyTorch's layout. */
import type { Layer } from "@neurite/nn";
import { RecurrentLayer } from "@neurite/rnn";
import {
  add,
  asTensor,
  concat,
  reshape,
  ShapeError,
  split,
  type Tensor,
  type TensorLike,
  tidy,
  transpose,
  zeros,
} from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";

/** Which layer of a PyTorch module is meant. */
export interface TorchOptions {
  /**
   * What follows the names of its parameters: `"_l0"` by default, `"_l1"` for the second layer of a
   * module, `"_l0_reverse"` for the reverse direction of a bidirectional one.
   */
  suffix?: string;
}

/** The parameters of a module, by their names. */
export type TorchParameters = Readonly<Record<string, TensorLike>>;

/**
 * Sets the weights of a built `LSTM`, `GRU` or `SimpleRNN` layer to the parameters of a PyTorch
 * module: `weight_ih_l0` `[gates * units, inputs]`, `weight_hh_l0` `[gates * units, units]` and,
 * unless the layer has no bias, `bias_ih_l0` and `bias_hh_l0`.
 *
 * PyTorch keeps the transposes, and the gates of a GRU in the order r, z, n instead of z, r, h. Its
 * two biases are added up, except in a GRU, which needs both. Its GRU resets after the product: so
 * must the layer.
 *
 * Throws `RangeError` where a parameter is missing or too many, `ShapeError` where one does not fit.
 * Nothing is changed then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromTorch, GRU, toTorch } from "@neurite/lstm-gru";
 * import { Sequential } from "@neurite/nn";
 *
 * const layer = new GRU(1), model = new Sequential([layer]);
 * model.buildFor([[5, 1]]);
 * fromTorch(layer, {
 *   weight_ih_l0: [[1], [2], [3]], // r, z, n
 *   weight_hh_l0: [[4], [5], [6]],
 *   bias_ih_l0: [0, 0, 0],
 *   bias_hh_l0: [7, 8, 9],
 * });
 * assertEquals(model.getWeights().map((w) => w.array()), [
 *   [[2, 1, 3]], // z, r, h
 *   [[5, 4, 6]],
 *   [[0, 0, 0], [8, 7, 9]],
 * ]);
 * assertEquals(toTorch(layer).weight_hh_l0.array(), [[4], [5], [6]]);
 * ```
 */
export function fromTorch(
  layer: Layer,
  parameters: TorchParameters,
  { suffix = "_l0" }: TorchOptions = {},
): void {
  const { gates, units, bias } = recurrentWeights(layer);
  const names = ["weight_ih", "weight_hh", ...(bias ? ["bias_ih", "bias_hh"] : [])]
    .map((name) => name + suffix);
  const given = Object.keys(parameters).filter((name) => PARAMETER.exec(name)?.[1] === suffix);
  if (given.length !== names.length || !names.every((name) => name in parameters)) {
    throw new RangeError(
      `Cannot set layer ${quoted(layer.name)} as it takes ${names.join(", ")}: current ` +
        `${given.join(", ") || `none that ends in ${suffix}`}`,
    );
  }
  tidy(() => {
    const [ih, hh, ...biases] = names.map((name) => asTensor(parameters[name]));
    const inputs = layer.weights[0].value.shape[0], width = gates * units;
    const wanted = [[width, inputs], [width, units], [width], [width]];
    [ih, hh, ...biases].forEach(({ shape }, i) => {
      if (shape.join() === wanted[i].join()) return;
      const rule = `${names[i]} must be of shape [${wanted[i].join(", ")}]`;
      throw new ShapeError(`set layer "${layer.name}"`, rule, [shape]);
    });
    const values = [ih, hh].map((w) => transpose(swapped(w, gates)));
    if (biases.length > 0) {
      const [bi, bh] = biases.map((b) => swapped(b, gates));
      values.push(bias!.rank === 2 ? reshape(concat([bi, bh]), [2, width]) : add(bi, bh));
    }
    layer.weights.forEach((weight, i) => weight.value.assign(values[i]));
  });
}

/**
 * The weights of a built `LSTM`, `GRU` or `SimpleRNN` layer as the parameters of a PyTorch module:
 * what {@linkcode fromTorch} reads. Where the layer has one bias, `bias_hh` is zeros.
 *
 * Throws `RangeError` for a layer that PyTorch does not have: a GRU that resets before the product.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LSTM, toTorch } from "@neurite/lstm-gru";
 * import { Sequential } from "@neurite/nn";
 *
 * const layer = new LSTM(2);
 * new Sequential([layer]).buildFor([[5, 3]]);
 * const { weight_ih_l0, bias_hh_l0 } = toTorch(layer);
 * assertEquals([weight_ih_l0.shape, bias_hh_l0.shape], [[8, 3], [8]]);
 * ```
 */
export function toTorch(
  layer: Layer,
  { suffix = "_l0" }: TorchOptions = {},
): Record<string, Tensor> {
  const { gates, units, kernel, recurrentKernel, bias } = recurrentWeights(layer);
  return tidy(() => {
    const named: Record<string, Tensor> = {
      [`weight_ih${suffix}`]: swapped(transpose(kernel), gates),
      [`weight_hh${suffix}`]: swapped(transpose(recurrentKernel), gates),
    };
    if (bias === undefined) return named;
    const width = gates * units, one = bias.rank === 1;
    const [bi, bh] = one ? [bias, zeros([width])] : split(reshape(bias, [2 * width]), 2);
    return {
      ...named,
      [`bias_ih${suffix}`]: swapped(bi, gates),
      [`bias_hh${suffix}`]: swapped(bh, gates),
    };
  });
}

/** The name of a parameter of a recurrent module, and its suffix. */
const PARAMETER = /^(?:weight|bias)_[ih]h(_.*)$/;

/** Exchanges the first two of three gates on the first axis; other layers agree on the order. */
function swapped(x: Tensor, gates: number): Tensor {
  if (gates !== 3) return concat([x]);
  const [a, b, c] = split(x, 3);
  return concat([b, a, c]);
}

/** The weights of a recurrent layer; throws for other layers, and for those PyTorch does not have. */
function recurrentWeights(
  layer: Layer,
): { gates: number; units: number; kernel: Tensor; recurrentKernel: Tensor; bias?: Tensor } {
  const [kernel, recurrentKernel, bias] = layer.weights.map(({ value }) => value);
  if (!(layer instanceof RecurrentLayer && layer.built)) {
    throw new RangeError(
      `Cannot convert the weights of layer ${quoted(layer.name)} as it must be a built LSTM, GRU ` +
        `or SimpleRNN: current ${layer.className}${
          layer.built ? "" : ", not built"
        }. Of layers that ` +
        "are made of others take each of its sublayers",
    );
  }
  const units = recurrentKernel.shape[0], gates = kernel.shape[1] / units;
  if (layer.getConfig().resetAfter === false) {
    throw new RangeError(
      `Cannot convert the weights of layer ${quoted(layer.name)} as the GRU of PyTorch resets ` +
        "after the product: current resetAfter false",
    );
  }
  return { gates, units, kernel, recurrentKernel, bias };
}
