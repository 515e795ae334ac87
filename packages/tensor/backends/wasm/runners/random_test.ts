import { assertEquals } from "@std/assert";
import type { RandomDraw } from "../../../backend.ts";
import { drawInto } from "../../../random/draw.ts";
import { ReferenceBackend } from "../../reference.ts";
import { WasmBackend } from "../backend.ts";

const DISTRIBUTIONS = ["uniform", "normal", "truncatedNormal"] as const;

/** The places where two arrays differ in their bits. */
function differences(a: Float32Array, b: Float32Array): number[] {
  const [p, q] = [a, b].map((values) => new Uint32Array(values.slice().buffer));
  return Array.from(p.keys()).filter((i) => p[i] !== q[i]);
}

function expected(draw: RandomDraw, size: number): Float32Array {
  const out = new Float32Array(size);
  drawInto(out, draw);
  return out;
}

function drawn(backend: WasmBackend, draw: RandomDraw, size: number): Float32Array {
  const storage = backend.random(draw, size);
  const values = backend.readSync(storage, "float32", size) as Float32Array;
  backend.free(storage);
  return values;
}

const wasm = new WasmBackend();

Deno.test("random numbers are the reference's, to the bit, on one thread and on two", async () => {
  for (const threads of [1, 2]) {
    await wasm.configure(threads, false);
    for (const distribution of DISTRIBUTIONS) {
      for (const key of [[0, 0], [12345, 0], [0xffffffff, 0x1fffff]] as const) {
        for (const [a, b] of [[0, 1], [-0.05, 0.05], [3, -2], [1e-3, 1e30], [0, 0]]) {
          for (const size of [0, 1, 2, 3, 4, 5, 7, 33, 1021]) {
            const draw = { distribution, a, b, key, position: 9 };
            const found = drawn(wasm, draw, size);
            assertEquals(found.length, size);
            assertEquals(differences(found, expected(draw, size)), [], `${distribution} ${size}`);
          }
        }
      }
    }
  }
});

Deno.test("random numbers are the reference's far out in the stream, and in large tensors", async () => {
  for (const threads of [1, 2]) {
    await wasm.configure(threads, false);
    for (const distribution of DISTRIBUTIONS) {
      const common = { distribution, a: 0.5, b: 1.5, key: [7, 9] } as const;
      for (const position of [2 ** 31 - 3, 2 ** 32 - 3, 2 ** 32, 2 ** 40 + 12345, 2 ** 52]) {
        const draw = { ...common, position };
        assertEquals(
          differences(drawn(wasm, draw, 41), expected(draw, 41)),
          [],
          `from ${position}`,
        );
      }
      for (const size of [30_001, 65_536]) {
        const draw = { ...common, position: 2 ** 32 - 4000 };
        assertEquals(differences(drawn(wasm, draw, size), expected(draw, size)), [], `${size}`);
      }
    }
  }
});

Deno.test("random numbers of the reference backend are the same", () => {
  const reference = new ReferenceBackend();
  for (const distribution of DISTRIBUTIONS) {
    const draw = { distribution, a: -1, b: 2, key: [3, 4], position: 2 ** 33 } as const;
    const values = reference.readSync(reference.random(draw, 1001), "float32", 1001);
    assertEquals(differences(Float32Array.from(values), drawn(wasm, draw, 1001)), []);
    // Nothing is lost in f32: what the reference keeps in f64 are the same numbers.
    assertEquals([...values], [...drawn(wasm, draw, 1001)]);
  }
});
