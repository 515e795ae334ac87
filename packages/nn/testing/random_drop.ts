/** A layer that needs random numbers while it is trained. */
import { type CallContext, Layer, layers } from "../layer.ts";
import type { Shape } from "../shape.ts";
import { greater, mul, type Tensor, uniform } from "@neurite/tensor";

/** Multiplies each number by 0 or 2, by chance, while it is trained. */
export class RandomDrop extends Layer {
  computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }

  call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    return training ? mul(mul(x, greater(uniform(x.shape, 0, 1, { rng }), 0.5)), 2) : x;
  }

  static fromConfig(config: Record<string, unknown>): RandomDrop {
    return new RandomDrop(config);
  }
}

layers.register({ RandomDrop });
