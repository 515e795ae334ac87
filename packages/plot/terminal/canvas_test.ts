import { assertEquals } from "@std/assert";
import { Canvas, paint } from "./canvas.ts";

Deno.test("Canvas sets the braille dot asked for", () => {
  const bits = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 2; x++) {
      const canvas = new Canvas(2, 1);
      canvas.dot(2 + x, y, "#000000");
      assertEquals(canvas.lines(false), [" " + String.fromCodePoint(0x2800 + bits[y][x])]);
    }
  }
});

Deno.test("Canvas collects dots, lets characters win and leaves out what lies outside", () => {
  const canvas = new Canvas(2, 2);
  for (const [x, y] of [[0, 0], [1, 3], [-1, 0], [4, 0], [0, 8], [0, -1]]) {
    canvas.dot(x, y, "#000000");
  }
  canvas.put(1, 0, "A");
  canvas.put(2, 0, "B");
  canvas.dot(2, 0, "#000000");
  assertEquals(canvas.lines(false), ["⢁A", "  "]);
});

Deno.test("Canvas colours characters and backgrounds", () => {
  const canvas = new Canvas(2, 1);
  canvas.put(0, 0, "x", "#010203");
  canvas.fill(0, 0, "#0a0b0c");
  assertEquals(canvas.lines(true), ["\x1b[38;2;1;2;3;48;2;10;11;12mx\x1b[0m "]);
  assertEquals(canvas.lines(false), ["x "]);
  assertEquals(paint("x", ""), "x");
});

Deno.test("Canvas.line visits both ends and leaves no gaps", () => {
  const seen: [number, number][] = [];
  Canvas.line([0, 0], [5, 2], (x, y) => seen.push([x, y]));
  assertEquals(seen, [[0, 0], [1, 0], [2, 1], [3, 1], [4, 2], [5, 2]]);
});
