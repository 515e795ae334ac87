/**
 * Reads back what a picture's SVG says, so that tests can compare places and colours with numbers.
 *
 * @module
 */

/** A point in SVG units. */
export type Place = [x: number, y: number];

interface Tag {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** All tags in order. */
export function tagsOf(svg: string): Tag[] {
  return [...svg.matchAll(/<(\w+)((?:\s+[\w:-]+="[^"]*")*)\s*(?:\/>|>([^<]*))/g)].map((match) => ({
    name: match[1],
    attributes: Object.fromEntries(
      [...match[2].matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
    text: match[3] ?? "",
  }));
}

/** Texts, where they are anchored, and by which end. */
export function textsOf(svg: string): { text: string; at: Place; anchor: string }[] {
  return tagsOf(svg).filter((tag) => tag.name === "text").map(({ text, attributes }) => {
    const { transform } = attributes;
    return {
      text,
      anchor: attributes["text-anchor"] ?? "start",
      at: transform ? shiftOf(transform) : [Number(attributes.x), Number(attributes.y)],
    };
  });
}

/** Where the text `text` is; the first of several. */
export function textAt(svg: string, text: string, anchor?: string): Place {
  const found = textsOf(svg).find((candidate) =>
    candidate.text === text && (anchor === undefined || candidate.anchor === anchor)
  );
  if (found === undefined) throw new Error(`No text ${text} in the SVG`);
  return found.at;
}

/** Corners of the unfilled lines in one colour. */
export function linesOf(svg: string, stroke: string): Place[][] {
  return tagsOf(svg)
    .filter(({ attributes }) => attributes.stroke === stroke && attributes.fill === "none")
    .map(({ attributes }) => cornersOf(attributes.d))
    .filter((corners) => corners.length > 0);
}

/** Corners of path data made of straight lines. */
export function cornersOf(path: string): Place[] {
  return [...path.matchAll(/[ML](-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
}

/** Centres of the marks of one colour: small shapes put in place by a matrix. */
export function marksOf(svg: string, fill: string): Place[] {
  return tagsOf(svg)
    .filter(({ attributes }) =>
      attributes.fill === fill && attributes.transform?.startsWith("matrix")
    )
    .map(({ attributes }) => shiftOf(attributes.transform));
}

/**
 * Turns data into places by two ticks on each axis, read from where their texts stand (centred below
 * the x axis, ending left of the y axis): an account of the axes that does not go through the code
 * that drew them.
 */
export function axesOf(
  svg: string,
  x: [string, string],
  y: [string, string],
): (point: Place) => Place {
  const number = (text: string) => Number(text.replace("−", "-"));
  const [x0, x1] = x.map((text) => textAt(svg, text, "middle")[0]);
  const [y0, y1] = y.map((text) => textAt(svg, text, "end")[1]);
  const [a0, a1, b0, b1] = [...x, ...y].map(number);
  return ([a, b]) => [
    x0 + (a - a0) / (a1 - a0) * (x1 - x0),
    y0 + (b - b0) / (b1 - b0) * (y1 - y0),
  ];
}

/** Throws where places differ by more than `tolerance` units. */
export function assertPlaces(actual: Place[], expected: Place[], tolerance = 0.15): void {
  const same = actual.length === expected.length &&
    actual.every(([x, y], i) =>
      Math.abs(x - expected[i][0]) <= tolerance && Math.abs(y - expected[i][1]) <= tolerance
    );
  if (!same) {
    throw new Error(`Places differ\nactual:   ${show(actual)}\nexpected: ${show(expected)}`);
  }
}

const show = (places: Place[]) =>
  places.map(([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`).join(" ");

/** The shift in `translate(x y)` or the last two numbers of `matrix(...)`. */
function shiftOf(transform: string): Place {
  const numbers = (transform.match(/\(([^)]*)\)/)?.[1] ?? "").split(/[ ,]+/).map(Number);
  return [numbers[numbers.length - 2], numbers[numbers.length - 1]];
}
