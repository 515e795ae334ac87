// How the runner describes a correlation to the kernels: numbers of 4 bytes. Strides are in bytes.
//
// Windows at the border stick out of the image. What is outside is left out, so that no image needs a
// border of zeros: results are grouped into regions, rectangles whose windows stick out alike. Along
// each axis, results with the same taps inside make a class, and each pair of classes is a region.

/** Images, and results down and across. */
export const IMAGES: usize = 0, ROWS: usize = 4, COLUMNS: usize = 8;
/** The source: from image to image, from window to window, from tap to tap. */
export const X_IMAGE: usize = 12, X_ROW: usize = 16, X_COLUMN: usize = 20;
export const X_TAP_ROW: usize = 24, X_TAP_COLUMN: usize = 28;
/** The result: from image to image, row to row, pixel to pixel. */
export const Y_IMAGE: usize = 32, Y_ROW: usize = 36, Y_COLUMN: usize = 40;
/** Taps of the filter, down and across; numbers under each; outputs. */
export const TAP_ROWS: usize = 44, TAP_COLUMNS: usize = 48, CHANNELS: usize = 52, OUTPUTS: usize = 56;
/** The filter: from tap row to tap row, tap to tap, output to output, input to input. */
export const W_ROW: usize = 60, W_COLUMN: usize = 64, W_OUTPUT: usize = 68, W_INPUT: usize = 72;
/** Whether negative results become 0; whether the share is a range of tiles, else of panels. */
export const RELU: usize = 76, BY_TILES: usize = 80;
/** For the gradient by the filters: groups of pixels, parts of the lines and lines of one, pixels at once. */
export const PIXEL_GROUPS: usize = 84, PARTS: usize = 88, PART_LINES: usize = 92, CHUNK: usize = 96;
/** Classes down and across, and where they stand: first those down, then those across. */
export const DOWN: usize = 100, RIGHT: usize = 104, CLASSES: usize = 108;
/** A class: the first result, how many, the first tap inside, how many. */
export const CLASS_BYTES: usize = 16;

/** The class number `i` down. */
@inline
export function downClass(m: usize, i: i32): usize {
  return m + CLASSES + <usize>i * CLASS_BYTES;
}

/** The class number `i` across. */
@inline
export function rightClass(m: usize, i: i32): usize {
  return downClass(m, load<i32>(m, DOWN) + i);
}

/** The results of a region in all images. */
@inline
export function pixelsOf(m: usize, down: usize, right: usize): i32 {
  return load<i32>(m, IMAGES) * load<i32>(down, 4) * load<i32>(right, 4);
}
