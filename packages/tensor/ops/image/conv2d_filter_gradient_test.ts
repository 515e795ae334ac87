import { assertEquals, assertThrows } from "@std/assert";
import { grad, ones, reshape, ShapeError, sum, zeros } from "../../mod.ts";
import { conv2dFilterGradient } from "../../internal.ts";

// Its values are held to PyTorch's as gradients of conv2d and conv2dTranspose in their tests.

Deno.test("conv2dFilterGradient by hand: a correlation of the image with dy", () => {
  const x = reshape([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const dy = reshape([1, 0, 0, 100], [1, 2, 2, 1]);
  const dw = conv2dFilterGradient(x, dy, { kernelSize: 2 });
  assertEquals(dw.array(), [[[[501]], [[602]]], [[[804]], [[905]]]]);
  const apart = conv2dFilterGradient(x, dy, { kernelSize: 1, strides: 2 });
  assertEquals([...apart.dataSync()], [901]);
});

Deno.test("conv2dFilterGradient adds up all images and nothing of the border", () => {
  const dw = conv2dFilterGradient(ones([3, 4, 5, 2]), ones([3, 4, 5, 1]), {
    kernelSize: [3, 1],
    padding: "same",
  });
  // Of 4 rows, the first and the last tap miss one.
  assertEquals([...dw.dataSync()], [45, 45, 60, 60, 45, 45]);
});

Deno.test("conv2dFilterGradient of no images is 0", () => {
  const dw = conv2dFilterGradient(zeros([0, 3, 3, 1]), zeros([0, 2, 2, 2]), { kernelSize: 2 });
  assertEquals([...dw.dataSync()], [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("the gradient of conv2dFilterGradient is a transposed convolution, or a convolution", () => {
  const x = reshape([1, 2, 3], [1, 1, 3, 1]), dy = reshape([10, 20], [1, 1, 2, 1]);
  const by = (argument: number) => [
    ...grad(
      (x, dy) => sum(conv2dFilterGradient(x, dy, { kernelSize: [1, 2] })),
      argument,
    )(x, dy).dataSync(),
  ];
  assertEquals(by(0), [10, 30, 20]);
  assertEquals(by(1), [3, 5]);
});

Deno.test("conv2dFilterGradient refuses what does not fit", () => {
  const call = (dy: number[], options = {}) => () =>
    conv2dFilterGradient(zeros([2, 4, 4, 3]), zeros(dy), { kernelSize: 3, ...options });
  assertThrows(call([2, 3, 2, 5]), ShapeError, "dy must be of shape [2, 2, 2, 5]");
  assertThrows(call([1, 2, 2, 5]), ShapeError, "current [1, 2, 2, 5]");
  assertThrows(call([2, 2, 2]), ShapeError, "images must be");
  assertThrows(call([2, 2, 2, 4], { groups: 2 }), ShapeError, "groups must divide the channels");
  assertThrows(call([2, 2, 2, 4], { kernelSize: 0 }), RangeError, "the size of the filters");
  assertThrows(call([2, 2, 2, 4], { kernelSize: 5 }), ShapeError, "must fit");
});
