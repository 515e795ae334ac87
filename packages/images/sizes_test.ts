/** Sizes, crops and torchvision's transform: `tools/fixtures/photographs.py` made the numbers. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ShapeError } from "@neurite/tensor";
import {
  centerCrop,
  type Image,
  IMAGENET_STATISTICS,
  normalize,
  preprocess,
  resize,
  toTensor,
} from "./mod.ts";
import { bytesOf, readFixture } from "./testing/fixture.ts";

interface Fixture {
  source: { width: number; height: number; data: Uint8Array };
  resized: {
    interpolation: "bilinear" | "bicubic";
    size: [number, number];
    pillow: string;
    torch: number[];
    plain: number[];
  }[];
  shorter: { from: [number, number]; size: number; to: [number, number] }[];
  crops: { from: [number, number]; size: [number, number]; data: Uint8Array }[];
  prepared: {
    image: Uint8Array;
    from: [number, number];
    every: number;
    size: number;
    resize: number;
    interpolation: "bilinear" | "bicubic";
    pillow: number[];
    tensor: number[];
  }[];
}
const fixture = await readFixture<Fixture>("resize.json");
const source: Image = { ...fixture.source, channels: 3 };

/** The part at the left and above. */
function corner({ data, width }: Image, [rows, columns]: readonly number[]): Image {
  const kept = data.filter((_, i) => {
    const row = Math.floor(i / 3 / width), column = Math.floor(i / 3) % width;
    return row < rows && column < columns;
  });
  return { width: columns, height: rows, channels: 3, data: kept };
}

for (const { interpolation, size, pillow, torch, plain } of fixture.resized) {
  Deno.test(`${interpolation} to ${size}: within 1 of 255 of Pillow, rounded PyTorch`, () => {
    const { data, width, height } = resize(source, size, { interpolation });
    assertEquals([height, width], size);
    const theirs = bytesOf(pillow), round = (v: number) => Math.min(255, Math.max(0, v));
    const rough = resize(source, size, { interpolation, antialias: false }).data;
    data.forEach((value, i) => {
      assert(Math.abs(value - theirs[i]) <= 1, `pixel ${i}: ${value}, Pillow ${theirs[i]}`);
      assert(Math.abs(value - round(torch[i])) <= 0.506, `pixel ${i}: ${value}, ${torch[i]}`);
      assert(Math.abs(rough[i] - round(plain[i])) <= 0.506, `pixel ${i}: ${rough[i]}, ${plain[i]}`);
    });
  });
}

Deno.test("one number is for the shorter side, as in torchvision", () => {
  for (const { from: [height, width], size, to } of fixture.shorter) {
    const image = { height, width, channels: 1, data: new Uint8Array(height * width) } as const;
    const made = resize(image, size);
    assertEquals([made.height, made.width], to, `${height} x ${width} to ${size}`);
  }
});

Deno.test("crops of the middle are torchvision's, larger ones too", () => {
  for (const { from, size, data } of fixture.crops) {
    const made = centerCrop(corner(source, from), size);
    assertEquals([made.height, made.width], size);
    assertEquals([...made.data], [...data], `${from} to ${size}`);
  }
});

for (
  const { image, from: [height, width], every, size, resize, interpolation, ...their } of fixture
    .prepared
) {
  Deno.test(`preprocess as torchvision's transform: ${height} x ${width} to ${size}`, () => {
    using x = preprocess({ width, height, channels: 3, data: image }, {
      size,
      resize,
      interpolation,
    });
    assertEquals(x.shape, [1, size, size, 3]);
    const all = x.dataSync(), { std } = IMAGENET_STATISTICS;
    for (const values of [their.pillow, their.tensor]) {
      let at = 0;
      for (let i = 0; i < size; i += every) {
        for (let j = 0; j < size; j += every) {
          for (let c = 0; c < 3; c++, at++) {
            const off = Math.abs(all[(i * size + j) * 3 + c] - values[at]) * std[c];
            assert(off <= 1 / 255 + 1e-5, `row ${i}, column ${j}: off by ${255 * off} of 255`);
          }
        }
      }
      assertEquals(at, values.length);
    }
  });
}

Deno.test("nothing changes where the size is the same, and sizes must make sense", () => {
  assertEquals(resize(source, [23, 31]), source);
  assertThrows(() => resize(source, 0), RangeError, "the size must be an integer of at least 1");
  assertThrows(() => resize(source, [3, 2.5]), RangeError, "the size");
  assertThrows(
    () => resize(source, 5, { interpolation: "cubic" as "bicubic" }),
    RangeError,
    "one of bilinear, bicubic",
  );
  assertThrows(() => centerCrop(source, -1), RangeError, "the size");
  assertThrows(() => resize({ ...source, width: 30 }, 5), TypeError, "30 x 23 pixels");
  assertThrows(() => resize(undefined as unknown as Image, 5), TypeError, "decodeImage makes one");
});

Deno.test("tensors of images: numbers from 0 to 1, one size", () => {
  using x = toTensor([source, source]);
  assertEquals(x.shape, [2, 23, 31, 3]);
  assertAlmostEquals(x.dataSync()[7], source.data[7] / 255, 1e-7);
  assertThrows(() => toTensor([source, resize(source, 5)]), ShapeError, "all of one size");
  assertThrows(() => toTensor([]), ShapeError, "current none");
  using y = normalize(x);
  assertAlmostEquals(y.dataSync()[1], (source.data[1] / 255 - 0.456) / 0.224, 1e-5);
  assertThrows(() => normalize([[1, 2]]), ShapeError, "each of the 2 channels");
  assertThrows(() => normalize([[1]], { mean: [0], std: [0] }), RangeError, "above 0: current 0");
});
