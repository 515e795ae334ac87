/**
 * Draws images as text: two pixels to a character, in 24-bit colour or as shades.
 *
 * @module
 */
import type { ImageStack } from "../images.ts";
import type { Terminal } from "./options.ts";

/** From black to white on a dark terminal. */
const RAMP = " ░▒▓█";

/** What goes with the images. */
export interface TextGrid {
  captions?: string[][];
  columns?: number;
  title: string;
}

/** The grid as text. */
export function drawImagesText(stack: ImageStack, grid: TextGrid, terminal: Terminal): string {
  const shrink = Math.ceil(stack.width / terminal.columns);
  const small = shrink > 1 ? shrunk(stack, shrink) : stack;
  const words = Math.max(0, ...(grid.captions ?? []).flat().map((line) => [...line].length));
  const cell = Math.min(terminal.columns, Math.max(small.width, words));
  const fitting = Math.max(1, Math.floor((terminal.columns + 2) / (cell + 2)));
  const columns = Math.min(grid.columns ?? Infinity, fitting, small.pixels.length);
  const blocks = small.pixels.map((pixels, i) => [
    ...imageLines(small, pixels, terminal.color).map((line) =>
      line + " ".repeat(cell - small.width)
    ),
    ...(grid.captions?.[i] ?? []).map((line) => [...line].slice(0, cell).join("").padEnd(cell)),
  ]);
  const lines: string[] = grid.title ? [grid.title] : [];
  for (let start = 0; start < blocks.length; start += columns) {
    const row = blocks.slice(start, start + columns);
    if (start > 0) lines.push("");
    const height = Math.max(...row.map((block) => block.length));
    for (let n = 0; n < height; n++) {
      lines.push(row.map((block) => block[n] ?? " ".repeat(cell)).join("  ").trimEnd());
    }
  }
  return lines.join("\n");
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
