/** Files as torchvision's networks would write them, of other numbers. */
import type { Model, SavedTensor } from "@neurite/nn";
import { torchvisionName } from "../weights/torchvision_names.ts";

/** The weights that PyTorch would save of a network: each number `value(name)`. */
export function torchvisionWeights(
  model: Model,
  value: (name: string, index: number) => number = () => 0,
): Map<string, SavedTensor> {
  return new Map(
    model.namedWeights().map(([own, { value: { shape, size } }]) => {
      const name = torchvisionName(own)!, order = shape.length === 4 ? [3, 2, 0, 1] : [1, 0];
      const there = shape.length === 1 ? shape : order.map((axis) => shape[axis]);
      const data = Float32Array.from({ length: size }, (_, i) => value(name, i));
      return [name, { dtype: "float32", shape: there, data }];
    }),
  );
}
