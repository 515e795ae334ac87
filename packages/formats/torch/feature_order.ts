/**
 * In which order features stand where an image becomes a vector, or a vector an image. PyTorch counts
 * channel by channel, `[channels, height, width]`; here it is pixel by pixel, `[height, width,
 * channels]`. The weights of layers between the image and the vector are put into our order, so that the
 * answers are the same.
 */
import type { Layer, LayerDescription, Model } from "@neurite/nn";
import { reshape, type Tensor, transpose } from "@neurite/tensor";

/** The sizes of an image, `[height, width, channels]`. */
export type Image = readonly [height: number, width: number, channels: number];

/** The images that the features of a layer are. */
export interface FeatureOrder {
  /** The image that was made the vector that it is given. */
  readonly before: Image | undefined;
  /** The image that is made of the vector that it gives. */
  readonly after: Image | undefined;
}

/** Layers that keep the number and the order of features. */
const KEEP = ["Activation", "BatchNormalization", "Dropout", "GaussianNoise", "LayerNormalization"];

/** The images before and after each layer of a model. */
export function featureOrders(model: Model): Map<Layer, FeatureOrder> {
  const described = model.describe(), byName = new Map(described.map((one) => [one.name, one]));
  const users = new Map<string, LayerDescription[]>();
  for (const one of described) {
    for (const input of one.inputs) users.set(input, [...users.get(input) ?? [], one]);
  }
  const imageOf = (shape: LayerDescription["outputShape"] | undefined): Image | undefined =>
    shape?.length === 3 && shape.every((n) => n !== null) ? shape as unknown as Image : undefined;
  const isVector = ({ outputShape }: LayerDescription) => outputShape.length === 1;
  const keeps = (one: LayerDescription) => KEEP.includes(one.className) && isVector(one);
  const before = ({ inputs }: LayerDescription): Image | undefined => {
    let one = byName.get(inputs[0]);
    while (one !== undefined && keeps(one)) one = byName.get(one.inputs[0]);
    return one?.className === "Flatten"
      ? imageOf(byName.get(one.inputs[0])?.outputShape)
      : undefined;
  };
  const after = ({ name }: LayerDescription): Image | undefined => {
    let one = users.get(name)?.[0];
    while (one !== undefined && keeps(one)) one = users.get(one.name)?.[0];
    return one?.className === "Reshape" ? imageOf(one.outputShape) : undefined;
  };
  return new Map(model.layers.map((layer) => {
    const one = byName.get(layer.name)!;
    const [given, made] = [before(one), isVector(one) ? after(one) : undefined];
    // A layer that keeps the order has one order only.
    return [
      layer,
      keeps(one) ? { before: given ?? made, after: given ?? made } : {
        before: given,
        after: made,
      },
    ];
  }));
}

/** Numbers along an axis in PyTorch's order of an image, in ours; nothing is done where there is none. */
export function inOurOrder(x: Tensor, axis: number, image: Image | undefined): Tensor {
  if (image === undefined) return x;
  const [height, width, channels] = image, { shape } = x;
  const left = shape.slice(0, axis), right = shape.slice(axis + 1), rank = shape.length + 2;
  const split = reshape(x, [...left, channels, height, width, ...right]);
  const order = Array.from({ length: rank }, (_, i) => i);
  order.splice(axis, 3, axis + 1, axis + 2, axis);
  return reshape(transpose(split, order), shape);
}
