/**
 * From SVG to PNG: resvg compiled to WebAssembly, and a font of our own, since WebAssembly sees none
 * of the system's. Both come embedded in modules and are loaded on the first call, so that no
 * permission is needed and nobody else waits for them.
 *
 * @module
 */
import { type } from "./theme.ts";

/** `svg` as PNG, `scale` pixels to an SVG unit. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  // The same WebAssembly file as npm:@resvg/resvg-wasm@2.6.2, but in a module, not beside it.
  const { Resvg } = await import("npm:@cf-wasm/resvg@0.3.5/node");
  const { loadFonts } = await import("./font/inter.ts");
  const fonts = await loadFonts();
  const resvg = await Resvg.async(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: type.family.split(",")[0] },
  });
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}
