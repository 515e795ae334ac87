import { assertEquals, assertThrows } from "@std/assert";
import { backendInfo, DTypeError, oneHot, tensor, useBackend } from "../../mod.ts";

Deno.test("oneHot makes a vector of every index", () => {
  const y = oneHot(tensor(new Uint8Array([2, 0])), 3);
  assertEquals([y.dtype, y.array()], ["float32", [[0, 0, 1], [1, 0, 0]]]);
  assertEquals(oneHot(1, 2).array(), [0, 1]);
  assertEquals(oneHot([[0], [1]], 2).array(), [[[1, 0]], [[0, 1]]]);
  assertEquals(oneHot([1], 3, { on: 0.5, off: -1 }).array(), [[-1, 0.5, -1]]);
  assertEquals(oneHot([1], 2, { off: 0.25 }).array(), [[0.25, 1]]);
  assertEquals(oneHot([], 3).shape, [0, 3]);
});

Deno.test("oneHot writes every row, on any number of threads", async () => {
  const labels = Int32Array.from({ length: 3001 }, (_, i) => i * 7 % 13);
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const y = oneHot(labels, 13).dataSync();
    assertEquals(
      y,
      Float32Array.from(
        { length: 3001 * 13 },
        (_, i) => Number(labels[Math.floor(i / 13)] === i % 13),
      ),
    );
  }
});

Deno.test("oneHot refuses indices out of range, and loses nothing", () => {
  using bad = tensor(new Int32Array([0, 1, 10])), floats = tensor([1]);
  const { liveTensors, memoryInUse } = backendInfo();
  assertThrows(
    () => oneHot(bad, 10),
    RangeError,
    "Cannot make vectors of classes as every index must be an integer of 0 or more, below 10: " +
      "current 10 at position 2",
  );
  assertThrows(() => oneHot([-1], 10), RangeError, "current -1 at position 0");
  assertThrows(() => oneHot([0], 0), RangeError, "below 0: current 0");
  assertThrows(() => oneHot(floats, 2), DTypeError, "must be int32");
  assertEquals([backendInfo().liveTensors, backendInfo().memoryInUse], [liveTensors, memoryInUse]);
});
