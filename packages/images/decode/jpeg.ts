/** JPEG files (ITU-T T.81): baseline and progressive, decoded by jpeg-js, coloured here. */
import { decode } from "npm:jpeg-js@0.4.4";
import type { Image } from "../image.ts";
import { toColours } from "./jpeg_colours.ts";
import { readJpeg } from "./jpeg_segments.ts";
import { type Reading, undecodable } from "./reading.ts";

/** The pixels of a JPEG file, grey or red, green and blue, and which way up it is. */
export function decodeJpeg(
  bytes: Uint8Array,
  reading: Reading,
): { image: Image; orientation: number } {
  const { bare, width, height, components, luminance, orientation } = readJpeg(bytes, reading);
  const data = threeColours(bare, components.length, reading);
  if (luminance) toColours(data, width, height, components);
  const grey = components.length === 1;
  return {
    image: {
      width,
      height,
      channels: grey ? 1 : 3,
      data: grey ? data.filter((_, i) => i % 3 === 0) : data,
    },
    orientation,
  };
}

/** The colours of the file as they are stored; of four, which print, red, green and blue are made. */
function threeColours(bare: Uint8Array, colours: number, reading: Reading): Uint8Array {
  try {
    return decode(bare, {
      useTArray: true,
      formatAsRGBA: false,
      // Three are mixed by us; how four are mixed, Adobe's note says.
      ...(colours === 3 ? { colorTransform: false } : {}),
      tolerantDecoding: false,
      // What it may take is bounded by the number of pixels.
      maxResolutionInMP: Infinity,
      maxMemoryUsageInMB: Infinity,
    }).data;
  } catch (cause) {
    const { message } = cause as Error;
    throw undecodable(reading, "its coded pixels must be whole", message, {
      cause,
      fix: "It is truncated or damaged: fetch it again",
    });
  }
}
