/**
 * From the colours of a JPEG file to red, green and blue, to the number as libjpeg does it: differences of
 * colour of which every second one is stored are interpolated, and then mixed with the luminance.
 */
import type { Component } from "./jpeg_segments.ts";

/** Every how many pixels a colour is stored. */
interface Steps {
  readonly across: number;
  readonly down: number;
}

/** Red, green and blue in place of luminance and two differences of colour, in place. */
export function toColours(
  data: Uint8Array,
  width: number,
  height: number,
  components: readonly Component[],
): void {
  const most = (axis: "across" | "down") => Math.max(...components.map((one) => one[axis]));
  const across = most("across"), down = most("down");
  components.forEach((one, c) => {
    const steps = { across: across / one.across, down: down / one.down };
    interpolate(data, width, height, c, steps);
  });
  for (let i = 0; i < data.length; i += 3) {
    const y = data[i], cb = data[i + 1] - 128, cr = data[i + 2] - 128;
    // 1.402, 0.34414, 0.71414 and 1.772 in 65536ths (ITU-T T.871).
    data[i] = clamp(y + (91881 * cr + 32768 >> 16));
    data[i + 1] = clamp(y + (-22554 * cb - 46802 * cr + 32768 >> 16));
    data[i + 2] = clamp(y + (116130 * cb + 32768 >> 16));
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/**
 * Where every second pixel of colour `c` is stored, and stands twice, puts a weighted mean in its place:
 * 3/4 of the nearest stored one and 1/4 of the next, along each axis.
 */
function interpolate(
  data: Uint8Array,
  width: number,
  height: number,
  c: number,
  steps: Steps,
): void {
  const columns = Math.ceil(width / steps.across), rows = Math.ceil(height / steps.down);
  // Others, and those of two columns, stay as they are: libjpeg repeats them, too.
  const wide = steps.across === 2, high = steps.down === 2;
  if (!(wide || high) || ![1, 2].includes(steps.across) || ![1, 2].includes(steps.down)) return;
  if (wide && columns <= 2) return;
  const stored = new Uint8Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      stored[at++] = data[3 * (i * steps.down * width + j * steps.across) + c];
    }
  }
  const line = new Uint16Array(columns);
  for (let i = 0; i < height; i++) {
    const row = high ? i >> 1 : i, beside = Math.min(Math.max(row + (i % 2 ? 1 : -1), 0), rows - 1);
    for (let j = 0; j < columns; j++) {
      const here = stored[row * columns + j];
      line[j] = high ? 3 * here + stored[beside * columns + j] : here;
    }
    for (let j = 0, to = 3 * i * width + c; j < width; j++, to += 3) {
      if (wide) {
        const k = j >> 1, next = Math.min(Math.max(k + (j % 2 ? 1 : -1), 0), columns - 1);
        const sum = 3 * line[k] + line[next];
        data[to] = high ? sum + (j % 2 ? 7 : 8) >> 4 : sum + (j % 2 ? 2 : 1) >> 2;
      } else data[to] = line[j] + (i % 2 ? 2 : 1) >> 2;
    }
  }
}
