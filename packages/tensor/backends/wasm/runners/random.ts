/** Random numbers: the kernels give the bits of `random/draw.ts`, whatever the number of threads. */
import type { RandomDraw } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = { uniform: 8192, normal: 2048, truncatedNormal: 2048 };
const WORD = 0x1_0000_0000;

/** A new storage of random numbers. */
export function random(engine: Engine, draw: RandomDraw, size: number): WasmStorage {
  const y = engine.allocate(size), { distribution, a, b, key: [k0, k1], position } = draw;
  const place = [position % WORD, Math.floor(position / WORD)];
  engine.launch(distribution, size, GRAIN[distribution], y.address, a, b, k0, k1, ...place);
  return y;
}
