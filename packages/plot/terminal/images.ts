/**
 * Draws images as text: two pixels to a character, in 24-bit colour or as shades.
 *
 * @module
 */
import type { ImageStack } from "../images.ts";
import { cut } from "../texts.ts";
import type { Terminal } from "./options.ts";

/** From black to white on a dark terminal. */
const RAMP = " ░▒▓█";

/** What goes with the images. */
export interface TextGrid {
  title: string;
  captions?: string[][];
  /** Images in a row; with labels it must be given. */
  columns?: number;
  rowLabels: string[];
  columnLabels: string[];
}

/**
 * The grid as text. A row that is too wide goes on below; with labels the columns that fit are drawn
 * for all rows, then the next ones, so that what stands one above the other stays so.
 */
export function drawImagesText(stack: ImageStack, grid: TextGrid, terminal: Terminal): string {
  const { captions = [], rowLabels, columnLabels } = grid;
  const longest = (texts: string[]) => Math.max(0, ...texts.map((text) => [...text].length));
  const gutter = rowLabels.length > 0 ? Math.min(longest(rowLabels), terminal.columns >> 1) + 2 : 0;
  const room = terminal.columns - gutter;
  const shrink = Math.ceil(stack.width / room);
  const small = shrink > 1 ? shrunk(stack, shrink) : stack;
  const cell = Math.min(
    room,
    Math.max(small.width, longest([...captions.flat(), ...columnLabels])),
  );
  const fit = (text: string, width = cell) => [...text].slice(0, width).join("").padEnd(width);
  const count = small.pixels.length;
  const fitting = Math.min(Math.max(1, Math.floor((room + 2) / (cell + 2))), count);
  const labelled = rowLabels.length + columnLabels.length > 0;
  const rowLength = Math.min(grid.columns ?? fitting, labelled ? count : fitting);
  const blocks = small.pixels.map((pixels, i) => [
    ...imageLines(small, pixels, terminal.color).map((line) =>
      line + " ".repeat(cell - small.width)
    ),
    ...(captions[i] ?? []).map((line) => fit(line)),
  ]);
  const groups: string[] = [];
  for (let from = 0; from < rowLength; from += fitting) {
    const to = Math.min(rowLength, from + fitting);
    const head = columnLabels.slice(from, to).map((label) => fit(label));
    const heading = head.length > 0 ? [(" ".repeat(gutter) + head.join("  ")).trimEnd()] : [];
    for (let start = 0; start < count; start += rowLength) {
      const row = blocks.slice(start + from, Math.min(start + to, start + rowLength));
      const height = Math.max(0, ...row.map((block) => block.length));
      const label = rowLabels[start / rowLength] ?? "";
      const lines = Array.from({ length: height }, (_, n) => {
        // The label stands beside the middle of the image.
        const beside = n === (Math.ceil(small.height / 2) - 1) >> 1 ? label : "";
        const cells = row.map((block) => block[n] ?? " ".repeat(cell)).join("  ");
        return (fit(beside, Math.max(0, gutter - 2)).padEnd(gutter) + cells).trimEnd();
      });
      if (height > 0) groups.push([...(start === 0 ? heading : []), ...lines].join("\n"));
    }
  }
  return (grid.title ? cut(grid.title, terminal.columns) + "\n" : "") + groups.join("\n\n");
}

function imageLines(stack: ImageStack, pixels: Uint8Array, color: boolean): string[] {
  const { width, height, channels } = stack;
  const at = (x: number, y: number): number[] => {
    const from = (y * width + x) * channels;
    const [r, g = r, b = r] = pixels.subarray(from, from + channels);
    return [r, g, b];
  };
  // Rec. 601 luma.
  const grey = ([r, g, b]: number[]) => 0.299 * r + 0.587 * g + 0.114 * b;
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let [line, style] = ["", ""];
    for (let x = 0; x < width; x++) {
      const upper = at(x, y);
      const lower = y + 1 < height ? at(x, y + 1) : undefined;
      if (!color) {
        const mean = (grey(upper) + (lower ? grey(lower) : 0)) / 2;
        line += RAMP[Math.min(RAMP.length - 1, Math.floor(mean / 256 * RAMP.length))];
        continue;
      }
      const next = `\x1b[38;2;${upper.join(";")}${lower ? `;48;2;${lower.join(";")}` : ""}m`;
      line += next === style ? "▀" : next + "▀";
      style = next;
    }
    lines.push(color ? line + "\x1b[0m" : line);
  }
  return lines;
}

/** Images made smaller by a whole factor, each new pixel the mean of the old ones. */
function shrunk(stack: ImageStack, factor: number): ImageStack {
  const { channels } = stack;
  const [width, height] = [Math.floor(stack.width / factor), Math.ceil(stack.height / factor)];
  const pixels = stack.pixels.map((old) => {
    const out = new Uint8Array(width * height * channels);
    for (let at = 0; at < out.length; at++) {
      const c = at % channels;
      const x = Math.floor(at / channels) % width;
      const y = Math.floor(at / channels / width);
      let [sum, count] = [0, 0];
      for (let dy = 0; dy < factor && y * factor + dy < stack.height; dy++) {
        for (let dx = 0; dx < factor; dx++, count++) {
          sum += old[((y * factor + dy) * stack.width + x * factor + dx) * channels + c];
        }
      }
      out[at] = Math.round(sum / count);
    }
    return out;
  });
  return { width, height, channels, pixels };
}
