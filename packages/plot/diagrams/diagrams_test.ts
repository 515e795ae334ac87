import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  cellDiagram,
  networkDiagram,
  neuronDiagram,
  type Picture,
  poolingDiagram,
  stackedMaps,
  unrolledDiagram,
} from "../mod.ts";
import { plainText, Scene } from "./scene.ts";
import { tagsOf, textAt, textsOf } from "../testing/read_svg.ts";
import { palette } from "../theme.ts";

const lines = (picture: Picture) => picture.toTerminal({ columns: 60, color: false }).split("\n");

Deno.test("texts lower and raise what follows, and keep their baseline", () => {
  const svg = new Scene(100, 50).text([50, 20], "h_{t−1} + x^2 & y").svg("", "label");
  const spans = [...svg.matchAll(/<tspan dy="([^"]*)"[^>]*>([^<]*)/g)].map(([, dy, text]) =>
    [Number(dy), text] as const
  );
  assertEquals(spans.map(([, text]) => text), ["t−1", " + x", "2", " &amp; y"]);
  assert(Math.abs(spans.reduce((sum, [dy]) => sum + dy, 0)) < 0.11);
  assertEquals([spans[0][0] > 0, spans[2][0] < 0], [true, true]);
  assertStringIncludes(svg, 'y="25.3"'); // the line and 0.35 of the font's 15
  assertEquals(plainText("h_{t−1} + w_f x^2"), "hₜ₋₁ + w_f x^2");
});

Deno.test("neuronDiagram leads every input by its weight to the sum, and through the activation", async () => {
  const picture = neuronDiagram({ weights: [2, -0.5], bias: 1, activation: "relu", title: "One" });
  const svg = await picture.toSVG();
  for (const text of ["One", "2", "−0.5", "1", "Σ", "z", "relu", "a"]) textAt(svg, text);
  // Two arrows from the inputs, one each from the bias, the sum and the curve: five heads.
  const heads = tagsOf(svg).filter(({ name, attributes }) =>
    name === "path" && attributes.d.endsWith("Z")
  );
  assertEquals(heads.length, 5);
  assertEquals(lines(picture), ["One", "z = 2·x₁ + −0.5·x₂ + 1", "a = relu(z)"]);
  const named = neuronDiagram({ weights: ["w_1", "w_n"], inputs: ["x_1", "x_n"] });
  assertEquals(lines(named), ["z = w₁·x₁ + wₙ·xₙ + b", "a = step(z)"]);
});

Deno.test("neuronDiagram refuses what does not fit", () => {
  const refused = (options: Parameters<typeof neuronDiagram>[0], text: string) =>
    assertThrows(() => neuronDiagram(options), RangeError, text);
  refused({ weights: [] }, "it must have a weight");
  refused({ weights: [1], inputs: ["a", "b"] }, "there are 2 inputs and 1 weights");
  refused({ weights: [NaN] }, "one is NaN");
  refused({ activation: "swish" as "relu" }, 'current activation is "swish"');
});

Deno.test("networkDiagram draws a line for each weight: colour by sign, thick where it is large", async () => {
  const svg = await networkDiagram({
    layers: [2, 2],
    weights: [[[4, -2], [1, 0]]],
    biases: [[0.5, -3]],
  }).toSVG();
  const drawn = tagsOf(svg).filter(({ name, attributes }) =>
    name === "path" && attributes["stroke-width"] !== undefined
  ).map(({ attributes }) => [attributes.stroke, Number(attributes["stroke-width"])]);
  // In the order of the neurons that they lead to; from 0.6 to 3.8 wide.
  assertEquals(drawn, [
    [palette[1], 3.8],
    [palette[1], 1.4],
    [palette[0], 2.2],
    [palette[1], 0.6],
  ]);
  for (const text of ["4", "−2", "1", "+ 0.5", "− 3", "inputs", "outputs"]) textAt(svg, text);
});

Deno.test("networkDiagram leaves neurons out of large layers, and says how many there are", async () => {
  const picture = networkDiagram({ layers: [784, 16, ["0", "1"]] });
  const circles = tagsOf(await picture.toSVG()).filter(({ name }) => name === "circle");
  // Six neurons and three dots, twice; and two.
  assertEquals(circles.length, 20);
  assertEquals(lines(picture), ["784 → 16 → 0, 1"]);
});

Deno.test("networkDiagram refuses layers, weights, biases and captions that do not fit", () => {
  const refused = (options: Parameters<typeof networkDiagram>[0], text: string) =>
    assertThrows(() => networkDiagram(options), RangeError, text);
  refused({ layers: [3] }, "current layers have 3 neurons");
  refused({ layers: [2, 0] }, "current layers have 2, 0 neurons");
  refused({ layers: [2, 1], weights: [[[1, 2]]] }, "weights[0] must lead from 2 to 1 neurons");
  refused({ layers: [2, 1], weights: [] }, "2 layers need 1 weights: there are 0");
  refused({ layers: [2, 1], biases: [[1, 2]] }, "layer 1 has 1 neurons, biases[0] has 2");
  refused({ layers: [2, 1], captions: ["in"] }, "2 layers need 2 captions: there are 1");
});

Deno.test("unrolledDiagram draws one cell a step, and the folded one where it is general", async () => {
  const svg = await unrolledDiagram().toSVG();
  const boxes = (svg: string) =>
    tagsOf(svg).filter(({ attributes }) => attributes.rx === "8").length;
  assertEquals(boxes(svg), 5);
  assertEquals(textsOf(svg).some(({ text }) => text === "="), true);
  const many = unrolledDiagram({ inputs: ["a", null], outputs: [null, "b"] });
  assertEquals(boxes(await many.toSVG()), 2);
  assertEquals(lines(many), ["h₀, a → h₁", "h₁ → h₂ → b"]);
  assertThrows(
    () => unrolledDiagram({ inputs: ["a"], outputs: ["b", "c"] }),
    RangeError,
    "there are 1 inputs and 2 outputs",
  );
});

Deno.test("cellDiagram has the gates and the operations of its equations", async () => {
  const count = async (kind: "lstm" | "gru", text: string) =>
    textsOf(await cellDiagram(kind).toSVG()).filter((found) => found.text === text).length;
  // Three gates, two tanh, three products and a sum; two gates, one tanh, three products, 1 − z, a sum.
  const signs = ["σ", "tanh", "×", "+", "1 −"];
  const counts = (kind: "lstm" | "gru") => Promise.all(signs.map((sign) => count(kind, sign)));
  assertEquals(await counts("lstm"), [3, 2, 3, 1, 0]);
  assertEquals(await counts("gru"), [2, 1, 3, 1, 1]);
  assertEquals(lines(cellDiagram("gru")).at(-1), "hₜ = (1 − zₜ) ⊙ hₜ₋₁ + zₜ ⊙ h̃ₜ");
  assertThrows(() => cellDiagram("rnn" as "gru"), RangeError, 'current kind is "rnn"');
});

Deno.test("stackedMaps draws a sheet a channel, ten at most, as large as maps are beside each other", async () => {
  const svg = await stackedMaps([
    { name: "image", outputShape: [32, 16, 1] },
    { name: "convolution\n5 × 5", outputShape: [16, 8, 6] },
    { name: "convolution", outputShape: [8, 4, 64] },
    { name: "dense", outputShape: [10] },
  ]).toSVG();
  const sheets = tagsOf(svg).filter(({ attributes }) => attributes.rx === "1")
    .map(({ attributes }) => `${attributes.width} ${attributes.height}`);
  const count = (size: string) => sheets.filter((sheet) => sheet === size).length;
  assertEquals(["56 112", "28 56", "14 28", "14 112"].map(count), [1, 6, 10, 1]);
  assertEquals(textAt(svg, "5 × 5")[1] - textAt(svg, "convolution")[1], 18);
  assertThrows(() => stackedMaps([]), RangeError, "there must be a layer");
  assertThrows(
    () => stackedMaps([{ name: "a", outputShape: [null, null, 3] }]),
    RangeError,
    "layers[0] gives [null,null,3]",
  );
});

Deno.test("poolingDiagram leaves the largest number or the mean of each window", async () => {
  const numbers = [[1, 5, 0, 2], [3, 3, 4, 2], [0, 8, 1, 1]];
  const picture = poolingDiagram(numbers);
  // The last row has no window.
  assertEquals(lines(picture).slice(3), ["max 2×2:", "5  4", "average 2×2:", "3  2"]);
  const svg = await picture.toSVG();
  assertEquals(textsOf(svg).length, 12 + 2 + 4);
  assertEquals(lines(poolingDiagram(numbers, { size: 3, kind: "average" })).at(-1), "2.78");
  assertThrows(() => poolingDiagram(numbers, { size: 4 }), RangeError, "current size is 4");
  assertThrows(
    () => poolingDiagram(numbers, { kind: "min" as "max" }),
    RangeError,
    'current kind is "min"',
  );
});

Deno.test("diagrams are within their pictures, and shorter than a terminal is wide", async () => {
  const pictures = [
    neuronDiagram({
      title: "A title that is longer than the diagram itself is wide, and then some more",
    }),
    networkDiagram({ layers: [3, 4, 2], title: "t" }),
    unrolledDiagram(),
    cellDiagram("lstm"),
    cellDiagram("gru"),
    stackedMaps([{ name: "a long name of a layer", outputShape: [9] }]),
    poolingDiagram([[1, 2], [3, 4]]),
  ];
  for (const picture of pictures) {
    const svg = await picture.toSVG();
    const [width, height] = ["width", "height"].map((name) =>
      Number(tagsOf(svg)[0].attributes[name])
    );
    for (const { at: [x, y], text } of textsOf(svg)) {
      assert(x > 0 && x < width && y > 0 && y < height, `${text} at ${x}, ${y}`);
    }
    assertEquals(
      picture.toTerminal({ columns: 30 }).split("\n").every((l) => l.length <= 34),
      true,
    );
  }
});
