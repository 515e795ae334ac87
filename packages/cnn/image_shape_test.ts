import { assertEquals, assertThrows } from "@std/assert";
import {
  AveragePooling2D,
  Conv2D,
  Conv2DTranspose,
  DepthwiseConv2D,
  GlobalAveragePooling2D,
  MaxPooling2D,
  SeparableConv2D,
  slidingOutputSize,
  transposedOutputSize,
  UpSampling2D,
  ZeroPadding2D,
} from "@neurite/cnn";
import { Dense, Input, type Layer, Model, Sequential } from "@neurite/nn";
import { conv2d, ones, ShapeError } from "@neurite/tensor";

type Named = "valid" | "same";

/** Sizes of results that Keras gives; 0 where it refuses. */
const keras: {
  convolution: [Named, size: number, kernel: number, stride: number, dilation: number, n: number][];
  pooling: [Named, size: number, kernel: number, stride: number, n: number][];
  transposed: [
    Named,
    size: number,
    kernel: number,
    stride: number,
    more: number | null,
    n: number,
  ][];
} = JSON.parse(await Deno.readTextFile(new URL("fixtures/output_sizes.json", import.meta.url)));

/** The height that a layer gives to images of `size`; 0 where it refuses. */
function heightOf(layer: Layer, size: number): number {
  try {
    return layer.computeOutputShape([[size, size, 1]])[0] as number;
  } catch (error) {
    if (error instanceof ShapeError) return 0;
    throw error;
  }
}

Deno.test("output size: convolutions as Keras over a grid of settings", () => {
  for (const row of keras.convolution) {
    const [padding, size, kernel, stride, dilation, expected] = row;
    assertEquals(
      slidingOutputSize(size, kernel, { stride, dilation, padding }),
      expected,
      `${row}`,
    );
    const options = { strides: stride, dilationRate: dilation, padding };
    const kinds = [
      new Conv2D(1, kernel, options),
      new DepthwiseConv2D(kernel, options),
      new SeparableConv2D(1, kernel, options),
    ];
    for (const layer of kinds) assertEquals(heightOf(layer, size), expected, `${row}`);
  }
});

Deno.test("output size: pooling as Keras over a grid of settings", () => {
  for (const row of keras.pooling) {
    const [padding, size, kernel, strides, expected] = row;
    for (const Pooling of [MaxPooling2D, AveragePooling2D]) {
      assertEquals(heightOf(new Pooling(kernel, { strides, padding }), size), expected, `${row}`);
    }
  }
});

Deno.test("output size: transposed convolutions as Keras over a grid of settings", () => {
  let made = 0;
  for (const row of keras.transposed) {
    const [padding, size, kernel, stride, more, expected] = row;
    const outputPadding = more ?? undefined;
    const found = transposedOutputSize(size, kernel, { stride, padding, outputPadding });
    assertEquals(found, expected, `${row}`);
    // Keras names sizes that no convolution leads back from, and fails when it comes to them.
    const leadsBack = slidingOutputSize(expected, kernel, { stride, padding }) === size;
    const layer = new Conv2DTranspose(1, kernel, { strides: stride, padding, outputPadding });
    assertEquals(heightOf(layer, size), leadsBack ? expected : 0, `${row}`);
    made += leadsBack ? 1 : 0;
  }
  assertEquals(made > 150, true);
});

Deno.test("output size: explicit padding, and what the operation itself gives", () => {
  const padding = [[2, 0], [1, 3]] as const, options = { strides: [2, 3], padding } as const;
  // (7 + 2 - 3) / 2 + 1 = 4 down; floor((8 + 4 - 2) / 3) + 1 = 4 across
  assertEquals(new Conv2D(5, [3, 2], options).computeOutputShape([[7, 8, 1]]), [4, 4, 5]);
  const y = conv2d(ones([1, 7, 8, 1]), ones([3, 2, 1, 5]), options);
  assertEquals(y.shape, [1, 4, 4, 5]);
  // (3 - 1) 2 + 4 - 1 - 2 = 5 down and across
  const transposed = new Conv2DTranspose(2, 4, { strides: 2, padding: [[1, 2], [1, 2]] });
  assertEquals(transposed.computeOutputShape([[3, 3, 1]]), [5, 5, 2]);
  const model = new Sequential([transposed]);
  assertEquals(model.predict(ones([1, 3, 3, 1])).shape, [1, 5, 5, 2]);
});

Deno.test("output size: the chapter's LeNet, 32 to 28, and halves by pooling", () => {
  assertEquals(slidingOutputSize(32, 5), 28);
  assertEquals(slidingOutputSize(28, 2, { stride: 2 }), 14);
});

Deno.test("images of any size go through a network without a flat layer", () => {
  const x = new Input({ shape: [null, null, 1] });
  const maps = new Conv2D(4, 3, { padding: "same" }).apply(new UpSampling2D(2).apply(
    new ZeroPadding2D(1).apply(new MaxPooling2D(2).apply(x)),
  ));
  assertEquals(maps.shape, [null, null, 4]);
  const outputs = new Dense(2).apply(new GlobalAveragePooling2D().apply(maps));
  const model = new Model({ inputs: x, outputs, seed: 1 });
  assertEquals(model.predict(ones([1, 8, 6, 1])).shape, [1, 2]);
  assertEquals(model.predict(ones([3, 5, 9, 1])).shape, [3, 2]);
});

Deno.test("a window that does not fit is refused with its size and the image's", () => {
  const small = new Input({ shape: [4, 9, 3] });
  const layers = [new Conv2D(8, 5), new MaxPooling2D(5), new Conv2D(8, 2, { dilationRate: 4 })];
  const windows = ["5 x 5", "5 x 5", "2 x 2"];
  layers.forEach((layer, i) => {
    const error = assertThrows(() => layer.apply(small), ShapeError, "must fit into the image");
    assertEquals(error.message.includes(`a window of ${windows[i]}`), true, error.message);
    assertEquals(error.message.includes("current height and width [4, 9]"), true, error.message);
  });
});

Deno.test("layers for images refuse what is no image, and channels that do not fit", () => {
  const conv = new Conv2D(4, 3);
  assertThrows(() => conv.computeOutputShape([[784]]), ShapeError, "current [784]");
  assertThrows(() => conv.computeOutputShape([[8, 8, null]]), ShapeError, "[8, 8, null]");
  const two = () => conv.computeOutputShape([[8, 8, 1], [8, 8, 1]]);
  assertThrows(two, ShapeError, "[8, 8, 1] and [8, 8, 1]");
  const groups = new Conv2D(4, 3, { groups: 2 });
  assertThrows(() => groups.computeOutputShape([[8, 8, 3]]), ShapeError, "2 groups, 3 channels");
});

Deno.test("layers refuse options that make no sense", () => {
  const wrong: [make: () => unknown, text: string][] = [
    [() => new Conv2D(0, 3), "filters must be an integer of at least 1: current 0"],
    [() => new Conv2D(4, 2.5), "the window must be"],
    [() => new Conv2D(4, 3, { strides: [1, 0] }), "strides must be"],
    [() => new Conv2D(4, 3, { padding: "full" as "same" }), 'padding must be "valid", "same"'],
    [() => new Conv2D(4, 3, { groups: 0 }), "groups must be"],
    [() => new Conv2D(4, 3, { activation: "rely" as "relu" }), 'Did you mean "relu"'],
    [() => new DepthwiseConv2D(3, { depthMultiplier: 0 }), "depthMultiplier must be"],
    [() => new SeparableConv2D(4, 3, { depthwiseInitializer: "xavier" }), "name must be one of"],
    [() => new Conv2DTranspose(4, 3, { outputPadding: 1 }), "outputPadding must be below"],
    [() => new MaxPooling2D(0), "the window must be"],
    [() => new UpSampling2D(2, { interpolation: "cubic" as "nearest" }), "interpolation must be"],
    [() => new ZeroPadding2D(-1), "padding must be"],
    [() => new ZeroPadding2D([[1, 2], [3, -4]]), "padding must be"],
  ];
  for (const [make, text] of wrong) assertThrows(make, RangeError, text);
});
