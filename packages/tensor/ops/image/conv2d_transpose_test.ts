import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  conv2dTranspose,
  type ConvolutionTransposeOptions,
  mul,
  ones,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../mod.ts";
import fixture from "../fixtures/convolution.json" with { type: "json" };
import windows from "../fixtures/windows.json" with { type: "json" };

function load({ shape, values }: { shape: number[]; values: number[] }): Tensor {
  return tensor(Float32Array.from(values), { shape });
}

function close(found: Tensor, right: { shape: number[]; values: number[] }, what: string): void {
  assertEquals(found.shape, right.shape, what);
  found.dataSync().forEach((v, i) => {
    const expected = right.values[i];
    assertAlmostEquals(v, expected, 1e-5 + 1e-6 * Math.abs(expected), `${what}, number ${i}`);
  });
}

Deno.test("conv2dTranspose by hand: every pixel lays the filter down", () => {
  const y = reshape([1, 10], [1, 1, 2, 1]), filter = reshape([1, 2, 3], [1, 3, 1, 1]);
  assertEquals([...conv2dTranspose(y, filter).dataSync()], [1, 12, 23, 30]);
  assertEquals([...conv2dTranspose(y, filter, { strides: [1, 2] }).dataSync()], [1, 2, 13, 20, 30]);
  assertEquals([...conv2dTranspose(y, filter, { padding: "same" }).dataSync()], [12, 23]);
  const wide = conv2dTranspose(y, filter, { strides: [1, 4], bias: [0.5], activation: "relu" });
  assertEquals([...wide.dataSync()], [1.5, 2.5, 3.5, 0.5, 10.5, 20.5, 30.5, 0.5]);
  const larger = conv2dTranspose(y, filter, { strides: [1, 2], outputSize: [1, 6] });
  assertEquals([...larger.dataSync()], [1, 2, 13, 20, 30, 0]);
});

for (const { name, x, filter, bias, options, y, weights, dx, dw, db } of fixture.transposed) {
  Deno.test(`conv2dTranspose as PyTorch: ${name}`, () => {
    const given = options as unknown as ConvolutionTransposeOptions;
    const inputs = [load(x), load(filter), load(bias)];
    close(conv2dTranspose(inputs[0], inputs[1], { ...given, bias: inputs[2] }), y, "y");
    const { gradients } = valueAndGrad((x, w, b) =>
      sum(mul(conv2dTranspose(x, w, { ...given, bias: b }), load(weights)))
    )(...inputs);
    [dx, dw, db].forEach((right, i) => close(gradients[i], right, ["dx", "dw", "db"][i]));
  });
}

for (const { name, x, filter, bias, options, y } of fixture.kerasTransposed) {
  Deno.test(`conv2dTranspose as Keras: ${name}`, () => {
    const given = options as unknown as ConvolutionTransposeOptions;
    close(conv2dTranspose(load(x), load(filter), { ...given, bias: load(bias) }), y, "y");
  });
}

Deno.test("conv2dTranspose has the size that Keras gives it", () => {
  type Setting = [number, number, number, "valid" | "same", number];
  const sizes = windows.transposedSizes as Setting[];
  assertEquals(sizes.length, 72);
  for (const [size, kernel, strides, padding, right] of sizes) {
    const y = conv2dTranspose(ones([1, size, size, 1]), ones([kernel, kernel, 1, 1]), {
      strides,
      padding,
    });
    assertEquals(y.shape, [1, right, right, 1], `${[size, kernel, strides, padding]}`);
  }
});

Deno.test("conv2dTranspose refuses what does not fit", () => {
  const call = (options: ConvolutionTransposeOptions, filter = [2, 2, 5, 3]) => () =>
    conv2dTranspose(zeros([1, 3, 4, 3]), zeros(filter), options);
  const error = assertThrows(call({}, [2, 2, 5, 4]), ShapeError);
  assertEquals(
    error.message,
    "Cannot convolve transposed as the channels must be as many as the filters' last axis: " +
      "current [1, 3, 4, 3] and [2, 2, 5, 4]",
  );
  assertThrows(call({}, [2, 5, 3]), ShapeError, "filters must be");
  assertThrows(call({ groups: 2 }), ShapeError, "groups must divide");
  assertThrows(call({ bias: [1, 2, 3] }), ShapeError, "a vector of 5 numbers");
  assertThrows(
    call({ outputSize: [4, 6] }),
    ShapeError,
    "must be one that a convolution takes to 3 x 4: current 4 x 6, which it takes to 3 x 5",
  );
  assertThrows(call({ padding: [[3, 3], [0, 0]] }), RangeError, "the size of the result");
  assertThrows(call({ strides: 0 }), RangeError, "strides must be");
});
