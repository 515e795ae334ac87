import { assertEquals, assertThrows } from "@std/assert";
import { Dense, Layer, type LayerOptions, layers, Sequential, type Shape } from "@neurite/nn";
import { mul, type Tensor } from "@neurite/tensor";

/** Multiplies by a number. */
abstract class Multiply extends Layer {
  readonly factor: number;
  constructor(factor: number, options: LayerOptions = {}) {
    super(options);
    this.factor = factor;
  }
  computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  call([x]: readonly Tensor[]): Tensor {
    return mul(x, this.factor);
  }
}
class Known extends Multiply {
  static override readonly positional = ["factor"];
}
class Forgotten extends Multiply {}
class Stranger extends Known {}
layers.register({ Known, Forgotten });

Deno.test("a registered layer is saved and recreated by what its class says of its constructor", () => {
  const config = new Known(3, { name: "triple" }).toConfig();
  assertEquals(config, { className: "Known", config: { factor: 3, name: "triple" } });
  assertEquals((layers.make(config) as Known).factor, 3);
  assertEquals(new Sequential([new Known(3), new Known(2)]).predict([[1]]).array(), [[6]]);
});

Deno.test("what could not be recreated is refused when it is saved", () => {
  assertThrows(
    () => new Stranger(3).toConfig(),
    TypeError,
    "Cannot save a Stranger as its class must be registered, so that it can be recreated: current " +
      "unknown. Call layers.register({ Stranger })",
  );
  assertThrows(
    () => new Forgotten(3).toConfig(),
    TypeError,
    "must name what its constructor takes before its options: current nothing. Say in Forgotten: " +
      "static positional = [...]",
  );
  const square = new Dense(1, { activation: (z) => mul(z, z), kernelInitializer: "ones" });
  assertEquals(new Sequential([square]).predict([[3]]).array(), [[9]]);
  assertThrows(() => square.toConfig(), TypeError, "must have one of the names");
});

Deno.test("the name in files does not depend on the name in the code, which bundlers change", () => {
  const a = class extends Known {}; // as a bundler writes it
  layers.register({ Renamed: a });
  assertEquals([new a(1).className, new a(1).name, new a(1).toConfig().className], [
    "Renamed",
    "renamed",
    "Renamed",
  ]);
});
