import { assertEquals } from "@std/assert";
import { philox } from "./philox.ts";
import { Rng } from "./rng.ts";

function hex(counter: number[], key: number[]): string {
  const out = new Uint32Array(4), [c0, c1, c2, c3] = counter;
  philox(out, 0, c0, c1, c2, c3, key[0], key[1]);
  return [...out].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

Deno.test("philox gives the published known answers", () => {
  assertEquals(hex([0, 0, 0, 0], [0, 0]), "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  const ones = 0xffffffff;
  assertEquals(
    hex([ones, ones, ones, ones], [ones, ones]),
    "408f276d 41c83b0e a20bc7c6 6d5451fd",
  );
  assertEquals(
    hex([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  );
});

/** The same generator in integers of any size, as the paper writes it. */
function exact(counter: bigint[], key: bigint[]): bigint[] {
  let [c0, c1, c2, c3] = counter, [k0, k1] = key;
  const word = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0, p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & word, (p0 >> 32n) ^ c3 ^ k1, p0 & word];
    [k0, k1] = [(k0 + 0x9e3779b9n) & word, (k1 + 0xbb67ae85n) & word];
  }
  return [c0, c1, c2, c3];
}

Deno.test("philox agrees with exact integers, and writes where it is told", () => {
  const rng = new Rng(1), out = new Uint32Array(8);
  for (let i = 0; i < 2000; i++) {
    const w = Array.from({ length: 6 }, () => rng.uint32());
    philox(out, 3, w[0], w[1], w[2], w[3], w[4], w[5]);
    const expected = exact(w.slice(0, 4).map(BigInt), w.slice(4).map(BigInt)).map(Number);
    assertEquals([...out], [0, 0, 0, ...expected, 0]);
  }
});
