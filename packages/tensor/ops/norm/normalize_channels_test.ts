import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ones, range, reshape, ShapeError } from "../../mod.ts";
import { blendChannels, channelSums, normalizeChannels } from "../../internal.ts";

Deno.test("numbers of channels meet their own channel, however many there are", () => {
  for (const c of [1, 2, 3, 4, 5, 6, 7, 8, 33]) {
    for (const n of [1, 3, 4, 9]) {
      const x = reshape(range(n * c), [n, c]), k = range(c);
      const y = normalizeChannels(x, k, k, ones([c])).dataSync();
      const z = blendChannels(x, x, k, k, ones([c]), k).dataSync();
      for (let i = 0; i < n * c; i++) {
        const at = i % c, row = Math.floor(i / c);
        assertEquals(y[i], row * c * at + 1, `[${n}, ${c}]`);
        assertEquals(z[i], at * i + row * c + at, `[${n}, ${c}]`);
      }
    }
  }
});

Deno.test("sums of channels, however many there are", () => {
  for (const c of [1, 2, 3, 4, 6, 7, 64, 65, 130]) {
    for (const n of [1, 3, 8, 700]) {
      const sums = channelSums(ones([n, c]), reshape(range(n * c), [n, c]), range(c)).dataSync();
      for (let k = 0; k < c; k++) {
        assertEquals(sums[k], n);
        const product = c * n * (n - 1) / 2;
        assertAlmostEquals(sums[c + k], product, 1e-6 * product);
      }
    }
  }
});

Deno.test("what does not fit is refused", () => {
  const x = ones([2, 3]), three = ones([3]);
  assertThrows(() => normalizeChannels(x, [1], three, three), ShapeError, "the center");
  assertThrows(() => normalizeChannels(x, three, x, three), ShapeError, "the scale");
  assertThrows(
    () => blendChannels(ones([3]), x, three, three, three, three),
    ShapeError,
    "same shape",
  );
  assertThrows(() => channelSums(ones([2, 2]), x, three), ShapeError, "same shape");
});
