import { assertEquals, assertThrows } from "@std/assert";
import { countConfusions } from "./confusion_matrix.ts";
import { readImages } from "./images.ts";

const read = (
  images: Parameters<typeof readImages>[0],
  options: Parameters<typeof readImages>[1] = {},
) => readImages(images, options, "draw");

Deno.test("readImages reads bytes and floats as they come", () => {
  const bytes = read([Uint8Array.of(0, 128, 255, 7)], { shape: [2, 2] });
  assertEquals(bytes, {
    height: 2,
    width: 2,
    channels: 1,
    pixels: [Uint8Array.of(0, 128, 255, 7)],
  });
  assertEquals(read([Float32Array.of(0, 0.5, 1)], { shape: [1, 3] }).pixels, [
    Uint8Array.of(0, 128, 255),
  ]);
});

Deno.test("readImages follows the strides of views", () => {
  // Two images of 2 by 2, transposed and every second number.
  const data = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0);
  const view = { data, shape: [2, 2, 2], stride: [8, 2, 4], offset: 0 };
  assertEquals(read(view).pixels, [Uint8Array.of(1, 3, 2, 4), Uint8Array.of(5, 7, 6, 8)]);
});

Deno.test("readImages reads colour and one channel", () => {
  const rgb = {
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    shape: [1, 1, 2, 3],
    stride: [6, 6, 3, 1],
    offset: 0,
  };
  assertEquals(read(rgb), {
    height: 1,
    width: 2,
    channels: 3,
    pixels: [Uint8Array.of(1, 2, 3, 4, 5, 6)],
  });
  const grey = { data: Uint8Array.of(9, 8), shape: [1, 1, 2, 1], stride: [2, 2, 1, 1], offset: 0 };
  assertEquals(read(grey), { height: 1, width: 2, channels: 1, pixels: [Uint8Array.of(9, 8)] });
  assertEquals(read([[[[0, 1, 1]]]], { range: [0, 1] }).pixels, [Uint8Array.of(0, 255, 255)]);
});

Deno.test("readImages maps a given range, inverted too, and cuts off beyond it", () => {
  assertEquals(read([[[-1, 0, 1, 3]]], { range: [-1, 1] }).pixels, [
    Uint8Array.of(0, 128, 255, 255),
  ]);
  assertEquals(read([[[0, 1]]], { range: [1, 0] }).pixels, [Uint8Array.of(255, 0)]);
});

Deno.test("readImages refuses what is not images of one size and one range", () => {
  assertThrows(() => read([]), RangeError, "there must be an image");
  assertThrows(() => read([[]]), RangeError, "images[0] is empty");
  assertThrows(() => read([[[0, 1]]]), TypeError, "set range: [0, 255] or range: [0, 1]");
  assertThrows(() => read([Uint8Array.of(1, 2)]), TypeError, "say how to fold it");
  assertThrows(
    () => read([Uint8Array.of(1, 2, 3)], { shape: [2, 2] }),
    RangeError,
    "has 4 numbers: images[0] has 3",
  );
  assertThrows(
    () => read([[[1, 2], [3]]], { range: [0, 1] }),
    RangeError,
    "images[0][0] is [2], images[0][1] is [1]",
  );
  assertThrows(
    () => read([[[1]], [[1, 2]]], { range: [0, 1] }),
    RangeError,
    "images[0] is [1,1,1], images[1] is [1,2,1]",
  );
  assertThrows(() => read([[[[1, 2]]]], { range: [0, 1] }), TypeError, "images[0] is [1,1,2]");
  assertThrows(() => read([[[0, NaN]]], { range: [0, 1] }), RangeError, "images[0] holds NaN at 1");
  assertThrows(
    () => read([Float32Array.of(0, 255)], { shape: [1, 2] }),
    RangeError,
    "holds 255 (give the numbers for black and white as range)",
  );
  assertThrows(() => read([[[1]]], { range: [1, 1] }), RangeError, "current range is [1,1]");
  assertThrows(
    () => read({ data: [1], shape: [1], stride: [1], offset: 0 }),
    TypeError,
    "current shape is [1]",
  );
});

Deno.test("numbers come in every kind of array there is", () => {
  const kinds = [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float16Array, Float32Array, Float64Array],
  ];
  const lists = [...kinds.map((kind) => kind.of(0, 1)), BigInt64Array.of(0n, 1n), [false, true]];
  for (const list of [...lists, BigUint64Array.of(0n, 1n)]) {
    assertEquals(countConfusions(list, list), [[1, 0], [0, 1]]);
    const view = { data: list as Int8Array, shape: [2], stride: [-1], offset: 1 };
    assertEquals(countConfusions(view, list), [[0, 1], [1, 0]]);
    const pixels = readImages([list as Int8Array], { range: [0, 1], shape: [1, 2] }, "draw").pixels;
    assertEquals([...pixels[0]], [0, 255]);
  }
});
