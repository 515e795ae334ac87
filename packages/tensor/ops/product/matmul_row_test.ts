import { matmul, Rng, tidy, uniform, useBackend } from "@neurite/tensor";
import { assertEquals } from "@std/assert";

Deno.test("matmul of one row is the row of the product of many, to the bit", async () => {
  const rng = new Rng(7);
  for (const threads of [1, 3]) {
    await useBackend("wasm", { threads });
    // Around the width of the vectors, of the tile, and of the panels along k.
    for (
      const [k, n] of [[1, 1], [5, 3], [33, 31], [128, 128], [384, 67], [385, 36], [1000, 8], [
        700,
        4099,
      ]]
    ) {
      tidy(() => {
        const a = uniform([8, k], -1, 1, { rng }), b = uniform([k, n], -1, 1, { rng });
        const whole = matmul(a, b).dataSync(), rows = a.dataSync();
        for (const i of [0, 7]) {
          const row = Array.from(rows.subarray(i * k, (i + 1) * k));
          assertEquals(matmul([row], b).dataSync(), whole.slice(i * n, (i + 1) * n), `${k}, ${n}`);
          assertEquals(matmul(row, b).dataSync(), whole.slice(i * n, (i + 1) * n));
        }
      });
    }
  }
  await useBackend("wasm", { threads: 1 });
});
