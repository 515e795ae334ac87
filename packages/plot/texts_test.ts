import { assert, assertEquals } from "@std/assert";
import { SaxesParser } from "npm:saxes@6.0.0";
import {
  confusionMatrix,
  decisionRegions,
  imageGrid,
  layerGraph,
  lineChart,
  panels,
  type Picture,
  scatter,
} from "./mod.ts";
import { cut, fold, lengthOf } from "./texts.ts";

Deno.test("texts are cut and folded by their characters, colours apart", () => {
  assertEquals([cut("🙂🙂🙂", 3), cut("🙂🙂🙂", 2)], ["🙂🙂🙂", "🙂…"]);
  assertEquals(lengthOf("\x1b[38;2;1;2;3mab\x1b[0m"), 2);
  assertEquals(fold(["ab", "cd", "efghijk", "l"], "  ", 6), ["ab  cd", "efghijk", "l"]);
  assertEquals(fold([], " ", 9), []);
});

/** What XML forbids, a terminal obeys, and what turns the direction of reading. */
const HOSTILE = "n\0\x07\x1b]0;t\x07\x9b31m\x7f\ufffe\uffff\ud800 \udc00\u202e<&>\"'\u2028";

/** Every kind of picture, with such a text wherever there is one. */
function hostilePictures(text: string): Record<string, Picture> {
  const axis = { label: text }, options = { title: text, x: axis, y: axis };
  const pixels = { range: [0, 1], title: text } as const;
  const layer = (name: string, inputs: string[]) =>
    ({ name, className: text, outputShape: [2], parameters: 1, inputs }) as const;
  const line = lineChart({ ...options, series: [{ name: text, y: [1, 2] }] });
  const classes = { points: [[0, 0], [1, 1]], labels: [0, 1], classNames: [text, "b"] };
  return {
    line,
    scatter: scatter({ ...options, groups: [{ name: text, x: [0, 1], y: [0, 1] }] }),
    regions: decisionRegions({
      ...options,
      ...classes,
      predict: (p: number[][]) => p.map(([x]) => x > 0.5 ? 1 : 0),
      resolution: 10,
    }),
    matrix: confusionMatrix([[1, 2], [3, 4]], { labels: [text, "b"], title: text }),
    grid: imageGrid([[[0, 1]], [[1, 0]]], {
      ...pixels,
      captions: [text, "b"],
      columnLabels: [text, "b"],
      rowLabels: [text],
    }),
    graph: layerGraph([layer(text, []), layer("b", [text])], { title: text }),
    panels: panels([line], { title: text }),
  };
}

Deno.test("hostile texts are escapes on a terminal, bounded in length", () => {
  for (const [kind, picture] of Object.entries(hostilePictures(HOSTILE + "x".repeat(1e5)))) {
    for (const columns of [40, 60, 120]) {
      const lines = picture.toTerminal({ columns, color: false }).split("\n");
      for (const line of lines) {
        assert(
          !/[\p{Cc}\p{Cs}\ufffe\uffff\u202e\u2028]/u.test(line),
          `${kind}: ${line}`,
        );
        assert(lengthOf(line) <= columns, `${kind}, ${columns}: ${line}`);
      }
    }
  }
});

Deno.test("SVG with hostile texts is XML", async () => {
  for (const [kind, picture] of Object.entries(hostilePictures(HOSTILE))) {
    const svg = await picture.toSVG();
    let texts = "";
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw new Error(`${kind}: ${error.message}`);
    });
    parser.on("text", (text) => texts += text);
    parser.write(svg).close();
    assert(svg.isWellFormed() && texts.includes(`<&>"'`) && texts.includes("\\u001b]0;t"), kind);
  }
});
