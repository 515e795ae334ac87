/** Which way up a photograph is: the note that cameras leave in Exif, and turning the image by it. */
import type { Image } from "../image.ts";
import { startsWith, viewOf } from "./reading.ts";

/** Tag 274 of TIFF, and its type: an integer of 16 bits. */
const ORIENTATION = 0x0112, SHORT = 3;

/**
 * The orientation that Exif data say, 1 to 8; 1, upright, where they say nothing that can be understood.
 * `tiff` begins with `II` or `MM`, the order of bytes.
 */
export function readOrientation(tiff: Uint8Array): number {
  const little = startsWith(tiff, [0x49, 0x49]);
  if (tiff.length < 14 || !(little || startsWith(tiff, [0x4d, 0x4d]))) return 1;
  const view = viewOf(tiff), directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return view.getUint16(at + 2, little) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * An image turned and mirrored so that it is upright. The orientations are those of the Exif standard: 2
 * mirrored, 3 turned by 180 degrees, 4 upside down and mirrored, 5 to 8 with rows and columns exchanged.
 */
export function orient(image: Image, orientation: number): Image {
  if (orientation === 1) return image;
  const { width, height, channels, data } = image;
  const exchanged = orientation >= 5, columns = exchanged ? height : width;
  const rows = exchanged ? width : height;
  // Whether the new row, and the new column, count from the far end of the axis that they run along.
  const backRow = [3, 4, 7, 8].includes(orientation),
    backColumn = [2, 3, 6, 7].includes(orientation);
  const made = new Uint8Array(data.length);
  for (let i = 0, to = 0; i < rows; i++) {
    const along = backRow ? rows - 1 - i : i;
    for (let j = 0; j < columns; j++) {
      const across = backColumn ? columns - 1 - j : j;
      const from = exchanged ? across * width + along : along * width + across;
      for (let c = 0; c < channels; c++) made[to++] = data[from * channels + c];
    }
  }
  return { width: columns, height: rows, channels, data: made };
}
