import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { confusionMatrix, countConfusions, palette } from "./mod.ts";
import { tagsOf, textAt, textsOf } from "./testing/read_svg.ts";
import { tint } from "./theme.ts";

const counts = [[6, 2, 0], [0, 10, 0], [1, 1, 0]];

Deno.test("confusionMatrix puts the truth in rows and the prediction in columns", async () => {
  const svg = await confusionMatrix(counts, { labels: ["a", "b", "c"], title: "Three" }).toSVG();
  // The 6 and the 2 share a row, the 2 and the 10 a column; 10 lies on the diagonal.
  const [six, two, ten] = ["6", "2", "10"].map((text) => textAt(svg, text));
  assertEquals(six[1], two[1]);
  assertEquals(two[0], ten[0]);
  assert(two[0] > six[0] && ten[1] > two[1]);
  assertEquals(textsOf(svg).filter(({ text }) => text === "b").length, 2);
  assertEquals(textsOf(svg).filter(({ text }) => text === "0").length, 4);
  for (const text of ["Three", "true", "predicted", "accuracy 80.0% (16 of 20)"]) textAt(svg, text);
});

Deno.test("confusionMatrix shades by share of the row", async () => {
  const svg = await confusionMatrix(counts).toSVG();
  const fills = tagsOf(svg).filter(({ attributes }) => attributes.rx).map((tag) =>
    tag.attributes.fill
  );
  assertEquals(fills, [
    tint(palette[0], 0.1 + 0.8 * 0.75),
    tint(palette[1], 0.1 + 0.9 * 0.5), // the root of a quarter
    "#f6f8fa",
    "#f6f8fa",
    tint(palette[0], 0.9),
    "#f6f8fa",
    tint(palette[1], 0.1 + 0.9 * Math.SQRT1_2),
    tint(palette[1], 0.1 + 0.9 * Math.SQRT1_2),
    "#f6f8fa",
  ]);
});

Deno.test("confusionMatrix is an aligned table in a terminal", () => {
  const picture = confusionMatrix(counts, { labels: ["a", "b", "long"], title: "Three" });
  assertEquals(picture.toTerminal({ color: false }).split("\n"), [
    "Three",
    "     predicted",
    "true a   b  long  recall",
    "   a 6   2     0   75.0%",
    "   b 0  10     0  100.0%",
    "long 1   1     0    0.0%",
    "accuracy 80.0% (16 of 20)",
  ]);
  const bare = picture.toTerminal({ color: true }).replace(/\p{Cc}\[[\d;]*m/gu, "");
  assertEquals(bare, picture.toTerminal({ color: false }));
  assertStringIncludes(
    picture.toTerminal({ color: true }),
    "\x1b[38;2;255;255;255;48;2;26;128;186m 10 \x1b[0m",
  );
});

Deno.test("confusionMatrix takes shares and ndarrays", () => {
  const shares = {
    data: Float32Array.of(0.75, 0, 0.25, 1),
    shape: [2, 2],
    stride: [1, 2],
    offset: 0,
  };
  const text = confusionMatrix(shares).toTerminal({ color: false });
  assertEquals(text.split("\n").slice(2), [
    "   0 0.75  0.25   75.0%",
    "   1    0     1  100.0%",
    "accuracy 87.5%",
  ]);
});

Deno.test("confusionMatrix of no samples says so", () => {
  assertStringIncludes(
    confusionMatrix([[0, 0], [0, 0]]).toTerminal({ color: false }),
    "no samples",
  );
});

Deno.test("confusionMatrix refuses what is not a matrix of counts", () => {
  assertThrows(() => confusionMatrix([[1, 2]]), RangeError, "current shape is [1, 2]");
  assertThrows(
    () => confusionMatrix([[1, 2], [3]]),
    RangeError,
    "matrix[0] has 2 numbers, matrix[1] has 1",
  );
  assertThrows(() => confusionMatrix([[1, -2], [3, 4]]), RangeError, "matrix[0][1] is -2");
  assertThrows(() => confusionMatrix([[1, NaN], [3, 4]]), RangeError, "matrix[0][1] is NaN");
  assertThrows(() => confusionMatrix([]), RangeError, "matrix must have at least one row");
  assertThrows(
    () => confusionMatrix([[1]], { labels: ["a", "b"] }),
    RangeError,
    "1 classes and 2 labels",
  );
});

Deno.test("countConfusions counts pairs", () => {
  assertEquals(countConfusions([0, 1, 1], Uint8Array.of(0, 0, 1), 3), [[1, 0, 0], [1, 1, 0], [
    0,
    0,
    0,
  ]]);
  assertThrows(
    () => countConfusions([0, 1], [0]),
    RangeError,
    "truth has 2 labels, predicted has 1",
  );
  assertThrows(
    () => countConfusions([0, 3], [0, 1], 3),
    RangeError,
    "integers from 0 to 2: truth[1] is 3",
  );
  assertThrows(() => countConfusions([0, 1], [0, 0.5]), RangeError, "predicted[1] is 0.5");
});

Deno.test("confusionMatrix keeps within the terminal: closer together, shorter names, several blocks", () => {
  const digits = Array.from(
    { length: 10 },
    (_, i) => Array.from({ length: 10 }, (_, j) => i === j ? 980 : 3),
  );
  const text = (columns: number, labels?: string[]) =>
    confusionMatrix(digits, { labels }).toTerminal({ columns, color: false }).split("\n");
  const widest = (lines: string[]) => Math.max(...lines.map((line) => line.length));
  assertEquals(widest(text(80)), 61); // all the room that it wants
  assertEquals(text(60).slice(0, 3), [
    "     predicted",
    "true   0   1   2   3   4   5   6   7   8   9 recall",
    "   0 980   3   3   3   3   3   3   3   3   3  97.3%",
  ]);
  const names = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
  ];
  assertEquals(
    text(80, names)[1],
    "      true airplane automobile bird cat deer dog frog horse ship truck recall",
  );
  assertEquals(
    text(60, names)[1],
    "      true ai… au… bi… cat de… dog fr… hor… ship tru… recall",
  );
  assertEquals(text(30).slice(0, 14), [
    "     predicted",
    "true   0   1   2   3",
    "   0 980   3   3   3",
    ...text(30).slice(3, 12),
    "",
    "     predicted",
  ]);
  for (const columns of [20, 30, 40, 60, 80]) {
    assert(widest(text(columns, names).slice(0, -1)) <= columns, String(columns));
    assertEquals(text(columns).join().match(/\b980\b/g)?.length, 10);
    assertEquals(text(columns).join().match(/97\.3%/g)?.length, 10 + 1);
  }
});
