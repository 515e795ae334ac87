/** Fills arrays with random numbers: the reference for the backends' kernels, which agree to the bit. */
import type { RandomDraw } from "../backend.ts";
import { normalPair } from "./normal.ts";
import { philox } from "./philox.ts";

const WORD = 0x1_0000_0000;

/** Four random words of block `position`, attempt number `attempt`. */
function block(words: Uint32Array, draw: RandomDraw, position: number, attempt: number): void {
  const [k0, k1] = draw.key;
  philox(words, 0, position % WORD, Math.floor(position / WORD), attempt, 0, k0, k1);
}

/**
 * Fills an array with random numbers. Element `i` comes from block `position + floor(i / 4)`, so any
 * part can be made on its own. A normal number that is to be drawn again comes from the same block of
 * the next attempt.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { drawInto } from "@neurite/tensor/internal";
 *
 * const values = new Float32Array(4);
 * drawInto(values, { distribution: "uniform", a: 2, b: 3, key: [1, 0], position: 0 });
 * assert(values.every((v) => v >= 2 && v < 3));
 * ```
 */
export function drawInto(out: Float32Array | Float64Array, draw: RandomDraw): void {
  const words = new Uint32Array(4), { a, b } = draw;
  for (let at = 0, position = draw.position; at < out.length; at += 4, position++) {
    block(words, draw, position, 0);
    const count = Math.min(4, out.length - at);
    if (draw.distribution === "uniform") {
      for (let j = 0; j < count; j++) {
        out[at + j] = Math.fround(a + (b - a) * ((words[j] >>> 8) / 0x1_00_00_00));
      }
      continue;
    }
    const z = [...normalPair(words[0], words[1]), ...normalPair(words[2], words[3])];
    if (draw.distribution === "truncatedNormal") {
      for (let attempt = 1; z.some((x) => Math.abs(x) > 2); attempt++) {
        block(words, draw, position, attempt);
        const again = [...normalPair(words[0], words[1]), ...normalPair(words[2], words[3])];
        for (let j = 0; j < 4; j++) if (Math.abs(z[j]) > 2) z[j] = again[j];
      }
    }
    for (let j = 0; j < count; j++) out[at + j] = Math.fround(a + b * z[j]);
  }
}
