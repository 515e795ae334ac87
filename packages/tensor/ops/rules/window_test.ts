import { assertEquals, assertThrows } from "@std/assert";
import { type Padding, ShapeError } from "../../mod.ts";
import { slidingOutputSize, slidingPadding } from "../../internal.ts";
import fixture from "../fixtures/windows.json" with { type: "json" };
import { windowsOver } from "./window.ts";

/** A setting of Keras on one axis, and how many elements of each window are in the image. */
type Setting = [number, number, number, number, "valid" | "same", number[]];

Deno.test("windows lie where Keras puts them", () => {
  const settings = fixture.windows as Setting[];
  assertEquals(settings.length, 137);
  for (const [size, kernel, stride, dilation, padding, inside] of settings) {
    const sliding = { stride, dilation, padding };
    const name = JSON.stringify([size, kernel, sliding]);
    assertEquals(slidingOutputSize(size, kernel, sliding), inside.length, name);
    const [before, after] = slidingPadding(size, kernel, sliding);
    const found = inside.map((_, i) => {
      const places = Array.from({ length: kernel }, (_, p) => i * stride - before + p * dilation);
      return places.filter((place) => place >= 0 && place < size).length;
    });
    assertEquals(found, inside, name);
    // The last window ends where the padding does, or no more than a stride before.
    const end = (inside.length - 1) * stride - before + dilation * (kernel - 1) + 1;
    const left = size + after - end;
    assertEquals(left >= 0 && left < stride, true, name);
  }
});

Deno.test("windows with explicit padding, by hand", () => {
  assertEquals(slidingOutputSize(5, 3, { padding: [1, 1] }), 5);
  assertEquals(slidingOutputSize(5, 3, { padding: [0, 2], stride: 2 }), 3);
  assertEquals(slidingOutputSize(4, 3, { dilation: 2, padding: [1, 0] }), 1);
  assertEquals(slidingPadding(5, 3, { padding: [4, 0] }), [4, 0]);
  assertEquals(slidingOutputSize(2, 3), 0);
  assertEquals(slidingOutputSize(0, 1), 0);
});

Deno.test("windowsOver takes one number or two, and gives all of them", () => {
  const windows = windowsOver("slide", [5, 8], [3, 2], {
    strides: [1, 2],
    dilations: 2,
    padding: [[1, 0], [0, 3]],
  });
  assertEquals(windows, {
    kernel: [3, 2],
    strides: [1, 2],
    dilations: [2, 2],
    pads: [[1, 0], [0, 3]],
    output: [2, 5],
  });
});

Deno.test("windowsOver refuses what makes no windows", () => {
  const over = (options: object, kernel: number | [number, number] = 3) => () =>
    windowsOver("slide", [4, 5], kernel, options);
  assertThrows(over({}, [5, 2]), ShapeError, "a window of 5 x 2 must fit into the image");
  assertThrows(over({ dilations: 2 }), ShapeError, "height and width 4 x 5");
  assertThrows(over({ strides: 0 }), RangeError, "strides must be an integer of at least 1");
  assertThrows(over({ strides: [1, 1.5] }), RangeError, "current [1,1.5]");
  assertThrows(over({ dilations: -1 }), RangeError, "dilations must be");
  assertThrows(over({}, 0), RangeError, "the window must be");
  assertThrows(over({ padding: "full" as Padding }), RangeError, 'padding must be "valid", "same"');
  assertThrows(over({ padding: [[1, 1]] }), RangeError, "current [[1,1]]");
  assertThrows(over({ padding: [[1, -1], [0, 0]] }), RangeError, "with integers");
});
