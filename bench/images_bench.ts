/** Images are augmented, on each backend that is there; files are decoded and brought to another size. */
import { assert, assertEquals } from "@std/assert";
import { decodeImage, preprocess, resize } from "@neurite/images";
import { imageGrid } from "@neurite/plot";
import { tidy } from "@neurite/tensor";
import jpeg from "npm:jpeg-js@0.4.4";
import { bench } from "./job.ts";
import { jobsOf } from "./jobs.ts";

await bench(jobsOf("images"));

/** Soft colours, the size of a photograph on a screen. */
const WIDTH = 640, HEIGHT = 480;
const pixels = Array.from({ length: HEIGHT }, (_, i) =>
  Array.from({ length: WIDTH }, (_, j) => {
    const wave = (a: number, b: number) => Math.round(128 + 100 * Math.sin(a * i + b * j));
    return [wave(0.013, 0.021), wave(0.03, -0.011), wave(0.1, 0.2)];
  }));
const png = await imageGrid([pixels], { range: [0, 255], scale: 1, gap: 0 }).toPNG();
const image = decodeImage(png, { channels: 3 });
const data = decodeImage(png, { channels: 4 }).data;
const photo = new Uint8Array(jpeg.encode({ width: WIDTH, height: HEIGHT, data }, 90).data);
const again = decodeImage(photo);
assertEquals([again.width, again.height, again.channels], [WIDTH, HEIGHT, 3]);
assert(again.data.every((value, i) => Math.abs(value - image.data[i]) < 40));

const group = `${WIDTH} x ${HEIGHT}`;
Deno.bench(`decodeImage, PNG of ${group}`, { group }, () => void decodeImage(png));
Deno.bench(`decodeImage, JPEG of ${group}`, { group }, () => void decodeImage(photo));
for (const interpolation of ["bilinear", "bicubic"] as const) {
  Deno.bench(`resize, ${group} to 256, ${interpolation}`, { group }, () => {
    resize(image, 256, { interpolation });
  });
}
Deno.bench(`preprocess, ${group}`, { group }, () => tidy(() => void preprocess(image)));
