import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import fc from "npm:fast-check@4.10.2";
import { jupyterDisplay, type LayerBox, layerGraph } from "./mod.ts";
import { linesOf, tagsOf, textAt, textsOf } from "./testing/read_svg.ts";
import { colourOf, ink, tint } from "./theme.ts";

const layer = (name: string, className: string, parameters: number, ...inputs: string[]) =>
  ({ name, className, outputShape: [4, 8], parameters, inputs }) satisfies LayerBox;

/** A skip around two layers and a branch of one. */
const block = [
  layer("in", "Input", 0),
  layer("c1", "Conv2D", 1200, "in"),
  layer("c2", "Conv2D", 34, "c1"),
  layer("b", "Dense", 5, "in"),
  layer("sum", "Add", 0, "c2", "in", "b"),
];

/** Left, top, right and bottom of every box, in the order of the layers. */
const boxesOf = (svg: string) =>
  tagsOf(svg).filter(({ name, attributes }) => name === "rect" && attributes.rx !== undefined)
    .map(({ attributes: { x, y, width, height } }) => ({
      left: Number(x),
      top: Number(y),
      right: Number(x) + Number(width),
      bottom: Number(y) + Number(height),
    }));

/** Both ends of every arrow: where its line starts and the tip of its head. */
function arrowsOf(svg: string): { from: number[]; to: number[] }[] {
  const paths = tagsOf(svg).filter(({ name }) => name === "path").map(({ attributes }) =>
    attributes
  );
  const start = (d: string) => d.match(/-?[\d.]+/g)!.slice(0, 2).map(Number);
  const lines = paths.filter(({ fill }) => fill === "none");
  const heads = paths.filter(({ fill }) => fill === ink.axis);
  assertEquals(lines.length, heads.length);
  return lines.map((line, i) => ({ from: start(line.d), to: start(heads[i].d) }));
}

Deno.test("layerGraph writes kind, name, shape and parameters of every layer, and the sum", async () => {
  const svg = await layerGraph(block, { title: "A < B" }).toSVG();
  assertEquals(textsOf(svg).map(({ text }) => text), [
    "A &lt; B",
    ...["Input", "in", "4 × 8"],
    ...["Conv2D", "c1", "4 × 8", "1,200 params"],
    ...["Conv2D", "c2", "4 × 8", "34 params"],
    ...["Dense", "b", "4 × 8", "5 params"],
    ...["Add", "sum", "4 × 8"],
    "5 layers, 1,239 parameters",
  ]);
  const boxes = boxesOf(svg);
  const [x, y] = textAt(svg, "34 params");
  assert(x < boxes[2].right && x > boxes[2].left && y < boxes[2].bottom && y > boxes[2].top);
});

Deno.test("layerGraph leads every arrow from the foot of one layer to the head of the next", async () => {
  const svg = await layerGraph(block).toSVG();
  const boxes = boxesOf(svg);
  const edges = [[0, 1], [1, 2], [0, 3], [2, 4], [0, 4], [3, 4]];
  const middle = ({ left, right }: { left: number; right: number }) => (left + right) / 2;
  const expected = edges.map(([from, to]) => ({
    from: [middle(boxes[from]), boxes[from].bottom],
    to: [middle(boxes[to]), boxes[to].top],
  }));
  const close = (a: number[], b: number[]) => a.every((v, i) => Math.abs(v - b[i]) <= 0.15);
  const arrows = arrowsOf(svg);
  assertEquals(arrows.length, 6);
  expected.forEach((edge, i) => {
    assert(close(arrows[i].from, edge.from) && close(arrows[i].to, edge.to), `arrow ${i}`);
  });
});

Deno.test("layerGraph to the right: arrows from right side to left side", async () => {
  const chain = [layer("a", "Input", 0), layer("b", "Dense", 1, "a"), layer("c", "Dense", 2, "b")];
  const svg = await layerGraph(chain, { direction: "right" }).toSVG();
  const [a, b, c] = boxesOf(svg);
  assertEquals(a.top, c.top);
  assert(a.right < b.left && b.right < c.left);
  const height = (a.top + a.bottom) / 2;
  assertEquals(arrowsOf(svg), [
    { from: [a.right, height], to: [b.left, height] },
    { from: [b.right, height], to: [c.left, height] },
  ]);
});

Deno.test("layerGraph keeps boxes apart, the skip clear of them, and all within the picture", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 9 }),
      fc.constantFrom("down" as const, "right" as const),
      async (links, direction) => {
        const layers = links.map((from, i) =>
          layer(`l${i}`, "Dense", i, ...(i === 0 ? [] : from.map((n) => `l${n % i}`)))
        );
        const svg = await layerGraph(layers, { direction }).toSVG();
        const boxes = boxesOf(svg);
        const { width, height } = tagsOf(svg)[0].attributes;
        boxes.forEach((a, i) => {
          assert(a.left >= 19 && a.top >= 19 && a.right <= +width - 19 && a.bottom <= +height - 19);
          for (const b of boxes.slice(i + 1)) {
            assert(
              a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top,
            );
          }
        });
        // The corners of the lines (not the control points of curves, which the boxes hide).
        for (const { attributes: { d, fill } } of tagsOf(svg)) {
          if (fill !== "none" || d === undefined) continue;
          const ends = d.split(/(?=[MLC])/).map((part) =>
            part.match(/-?[\d.]+/g)!.slice(-2).map(Number)
          );
          for (const [x, y] of ends) {
            const inside = boxes.some(({ left, top, right, bottom }) =>
              x > left + 0.2 && x < right - 0.2 && y > top + 0.2 && y < bottom - 0.2
            );
            assert(!inside, `a line passes through a box at ${x}, ${y}`);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("layerGraph colours layers by kind", async () => {
  const svg = await layerGraph(block).toSVG();
  const fills = tagsOf(svg).filter(({ attributes }) => attributes.rx !== undefined)
    .map(({ attributes }) => attributes.fill);
  assertEquals(fills, [0, 1, 1, 2, 3].map((kind) => tint(colourOf(kind), 0.12)));
});

Deno.test("layerGraph draws PNG and the notebook's bundle, the same every time", async () => {
  const picture = layerGraph(block);
  const svg = await picture.toSVG();
  assertEquals(svg, await layerGraph(block).toSVG());
  const png = decode(await picture.toPNG({ scale: 1 }));
  const [box] = boxesOf(svg);
  const at = (Math.round(box.bottom - 8) * png.width + Math.round(box.right - 8)) * 4;
  const pixel = "#" +
    Array.from(png.data.slice(at, at + 3), (c) => c.toString(16).padStart(2, "0")).join("");
  assertEquals(pixel, tint(colourOf(0), 0.12));
  const bundle = await picture[jupyterDisplay]();
  assertEquals(bundle["image/svg+xml"], svg);
  assertStringIncludes(bundle["text/plain"], "5 layers, 1,239 parameters");
});

Deno.test("layerGraph in a terminal: rails branch, pass and come together", () => {
  assertEquals(
    layerGraph(block, { title: "Block" }).toTerminal({ columns: 60, color: false }).split("\n"),
    [
      "Block",
      "●      in   Input   4 × 8      0",
      "├─┬─╮",
      "● │ │  c1   Conv2D  4 × 8  1,200",
      "● │ │  c2   Conv2D  4 × 8     34",
      "│ ● │  b    Dense   4 × 8      5",
      "├─┴─╯",
      "●      sum  Add     4 × 8      0",
      "5 layers, 1,239 parameters",
    ],
  );
  const nested = [
    layer("x", "Input", 0),
    layer("a", "Dense", 1, "x"),
    layer("b", "Dense", 1, "a"),
    layer("c", "Add", 0, "b", "a"),
    layer("d", "Add", 0, "c", "x"),
    layer("y", "Input", 0),
    layer("e", "Add", 0, "d", "y", "d"),
  ];
  const lines = layerGraph(nested).toTerminal({ columns: 60, color: false }).split("\n");
  assertEquals(
    lines.map((line) => line.slice(0, 7).trimEnd()),
    [
      "●      x",
      "├─╮",
      "● │    a",
      "├─┼─╮",
      "● │ │  b",
      "├─┼─╯",
      "● │    c",
      "├─╯",
      "●      d",
      "│ ●    y",
      "├─╯",
      "●      e",
      "7 layer",
    ].map((line) => line.slice(0, 7).trimEnd()),
  );
});

Deno.test("layerGraph in a terminal: narrow, coloured, with what comes from further down", () => {
  const long = [
    { ...layer("a_rather_long_name_of_a_layer", "BatchNormalization", 64), outputShape: [null, 2] },
    { ...layer("b", "Dense", 1, "a_rather_long_name_of_a_layer"), outputShape: [] },
  ];
  assertEquals(
    layerGraph(long).toTerminal({ columns: 40, color: false }).split("\n"),
    [
      "●  a_rather_lo…  BatchNormal…  ? × 2  64",
      "●  b             Dense         1       1",
      "2 layers, 65 parameters",
    ],
  );
  const back = [layer("a", "Dense", 0, "b"), layer("b", "Dense", 0, "a")];
  assertEquals(
    layerGraph(back).toTerminal({ columns: 60, color: false }).split("\n")[0],
    "●  a  Dense  4 × 8  0  ← b",
  );
  const coloured = layerGraph(block.slice(0, 1)).toTerminal({ columns: 40, color: true });
  assertEquals(coloured.split("\n")[0], "\x1b[38;2;0;114;178m●\x1b[0m  in  Input  4 × 8  0");
});

Deno.test("layerGraph draws lines that go back and layers that feed themselves", async () => {
  const svg = await layerGraph([layer("a", "Dense", 0, "b", "a"), layer("b", "Dense", 0, "a")])
    .toSVG();
  const [a] = boxesOf(svg);
  const arrows = arrowsOf(svg);
  assertEquals(arrows.length, 3);
  assertEquals(linesOf(svg, ink.axis).length, 3);
  // The loop starts and ends at the right side of its layer.
  assertEquals([arrows[1].from[0], arrows[1].to[0]], [a.right, a.right]);
});

Deno.test("layerGraph refuses no layers, names used twice, unknown inputs and directions", () => {
  assertThrows(() => layerGraph([]), RangeError, "there must be a layer");
  assertThrows(
    () => layerGraph([layer("a", "Dense", 0), layer("b", "Dense", 0), layer("a", "Add", 0)]),
    RangeError,
    'layers 0 and 2 are both "a"',
  );
  assertThrows(
    () => layerGraph([layer("a", "Dense", 0, "z")]),
    RangeError,
    '"a" takes "z", the layers are "a"',
  );
  assertThrows(() => layerGraph(block, { direction: "up" as never }), RangeError, 'is "up"');
});

Deno.test("layerGraph counts something else than parameters where it is told what", async () => {
  const picture = layerGraph(block, { unit: "multiplications" });
  const svg = await picture.toSVG();
  assertStringIncludes(svg, "1,200 multiplications");
  assertStringIncludes(svg, "5 layers, 1,239 multiplications");
  const text = picture.toTerminal({ columns: 60, color: false });
  assert(text.endsWith("5 layers, 1,239 multiplications"));
});
