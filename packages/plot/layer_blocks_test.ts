import { assertEquals, assertThrows } from "@std/assert";
import { type LayerBox, layerGraph } from "./mod.ts";
import { tagsOf, textsOf } from "./testing/read_svg.ts";

const layer = (name: string, size: number, parameters: number, ...inputs: string[]): LayerBox => ({
  ...{ name, className: "Dense", outputShape: [size], parameters, inputs },
});

/** Two blocks with skips, one after the other, and a layer that looks like one of the first. */
const network = [
  layer("x", 4, 0),
  layer("b1.f", 8, 10, "x"),
  layer("b1.g", 4, 20, "b1.f"),
  layer("b1.sum", 4, 0, "b1.g", "x"),
  layer("b2.f", 4, 30, "b1.sum"),
  layer("b2.sum", 4, 0, "b2.f", "b1.sum"),
  layer("b10", 2, 5, "b2.sum"),
];
const lines = (...blocks: Parameters<typeof layerGraph>[1] extends infer O ? [O] : never) =>
  layerGraph(network, blocks[0] as never).toTerminal({ columns: 60, color: false }).split("\n");

Deno.test("blocks are boxes with the parameters of their layers and the shape of the last", () => {
  const blocks = [{ name: "b1", className: "Block" }, { name: "b2", className: "Block" }];
  assertEquals(lines({ blocks }), [
    "●  x    Dense  4   0",
    "●  b1   Block  4  30",
    "●  b2   Block  4  30",
    "●  b10  Dense  2   5",
    "7 layers, 65 parameters",
  ]);
  assertEquals(lines({}).length, 12); // with the rails of two skips
});

Deno.test("a block is of any layers, and keeps the ways around it", async () => {
  const blocks = [{ name: "inner", className: "Both", layers: ["b1.f", "b1.g"] }];
  const picture = layerGraph(network.slice(0, 4), { blocks });
  assertEquals(picture.toTerminal({ columns: 60, color: false }).split("\n"), [
    "●    x       Dense  4   0",
    "├─╮",
    "● │  inner   Both   4  30",
    "├─╯",
    "●    b1.sum  Dense  4   0",
    "4 layers, 30 parameters",
  ]);
  const svg = await picture.toSVG();
  assertEquals(tagsOf(svg).filter(({ attributes }) => attributes.rx !== undefined).length, 3);
  assertEquals(textsOf(svg).some(({ text }) => text === "30 params"), true);
});

Deno.test("blocks without layers, that share one, or have a layer's name are refused", () => {
  const draw = (...blocks: { name: string; className: string; layers?: string[] }[]) => () =>
    layerGraph(network, { blocks });
  const className = "Block";
  assertThrows(draw({ name: "b", className }), RangeError, 'no name begins with "b"');
  assertThrows(
    draw({ name: "b1", className }, { name: "c", className, layers: ["b1.g"] }),
    RangeError,
    '"b1.g" is in "b1" and "c"',
  );
  assertThrows(draw({ name: "x", className, layers: ["b1"] }), RangeError, 'are both "x"');
});
