import { assertEquals, assertThrows } from "@std/assert";
import { Sequential } from "@neurite/nn";
import { tensor } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import { AdaptiveAveragePooling2D } from "./adaptive_average_pooling2d.ts";

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

const url = new URL("../fixtures/adaptive_pooling.json", import.meta.url);
const { cases }: { cases: { size: [number, number]; x: Numbers; y: Numbers }[] } = JSON.parse(
  await Deno.readTextFile(url),
);
const of = ({ data, shape }: Numbers) => tensor(Float32Array.from(data), { shape });

for (const { size, x, y } of cases) {
  Deno.test(`AdaptiveAveragePooling2D: ${x.shape.slice(1, 3)} to ${size} as PyTorch`, () => {
    const layer = new AdaptiveAveragePooling2D(size, { inputShape: x.shape.slice(1) });
    const model = new Sequential([layer]);
    assertEquals(model.outputs[0].shape, y.shape.slice(1));
    assertClose(model.predict(of(x)), of(y), 1e-6);
  });
}

Deno.test("AdaptiveAveragePooling2D takes images of any size, and parts from 1 on", () => {
  const layer = new AdaptiveAveragePooling2D(3);
  assertEquals(layer.computeOutputShape([[null, 7, 2]]), [3, 3, 2]);
  assertThrows(() => new AdaptiveAveragePooling2D(0), RangeError, "at least 1");
});
