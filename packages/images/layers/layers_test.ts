/** The augmentation layers, against Keras: `tools/fixtures/augmentation.py` made the numbers. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Flatten, type Layer, Sequential } from "@neurite/nn";
import {
  affineTransform,
  Rng,
  ShapeError,
  type Tensor,
  tensor,
  uniform,
  useBackend,
} from "@neurite/tensor";
import {
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  Rescaling,
} from "../mod.ts";
import { readFixture } from "../testing/fixture.ts";
import type { Transform } from "./augmentation.ts";
import { withContrast } from "./random_contrast.ts";
import { rotation } from "./random_rotation.ts";
import { translation } from "./random_translation.ts";
import { zoom } from "./random_zoom.ts";

interface Fixture {
  shape: number[];
  x: number[];
  cases: {
    layer: string;
    values: number[];
    fillMode?: "reflect" | "nearest" | "constant";
    interpolation?: "bilinear" | "nearest";
    fillValue?: number;
    y: number[];
  }[];
}
const fixture = await readFixture<Fixture>("augmentation.json");
const x = tensor(Float32Array.from(fixture.x), { shape: fixture.shape });
const [, HEIGHT, WIDTH] = fixture.shape;

/** The transformation of image `i`, of the numbers of a case. */
const TRANSFORMS: Record<string, (values: number[], i: number) => Transform> = {
  rotation: (values, i) => rotation(values[i], HEIGHT, WIDTH),
  translation: (values, i) => translation(values[2 * i], values[2 * i + 1]),
  zoom: (values, i) => zoom(values[2 * i], values[2 * i + 1], HEIGHT, WIDTH),
  affine: (values, i) => values.slice(6 * i, 6 * i + 6) as unknown as Transform,
};

for (const { layer, values, y, ...options } of fixture.cases) {
  Deno.test(`as Keras: ${layer} ${Object.values(options).join(" ")}`, () => {
    const made = layer === "contrast"
      ? withContrast(x, tensor(Float32Array.from(values), { shape: [3, 1, 1, 1] }), [2, 30])
      : layer === "rescaling"
      ? new Rescaling(values[0], values[1]).call([x])
      : affineTransform(x, [0, 1, 2].map((i) => [...TRANSFORMS[layer](values, i)]), options);
    const found = made.dataSync(), apart = y.filter((v, i) => Math.abs(found[i] - v) > 2e-4).length;
    assertEquals(found.length, y.length);
    // Half-way between two pixels, the nearest is one or the other as the last bit falls.
    assert(apart <= (options.interpolation === "nearest" ? 0.02 * y.length : 0), `${apart} apart`);
  });
}

const training = (seed: number) => ({ training: true, rng: new Rng(seed) });
const LAYERS: Record<string, () => Layer> = {
  RandomContrast: () => new RandomContrast(0.5, { valueRange: [0, 1] }),
  RandomCrop: () => new RandomCrop(9, 8, { padding: 2 }),
  RandomFlip: () => new RandomFlip(),
  RandomRotation: () => new RandomRotation(0.2),
  RandomTranslation: () => new RandomTranslation(0.2, 0.3),
  RandomZoom: () => new RandomZoom(0.3, { widthFactor: 0.2 }),
};

for (const [name, make] of Object.entries(LAYERS)) {
  Deno.test(`${name}: the same seed gives the same images, on any backend and number of threads`, async () => {
    const values = uniform([40, 9, 8, 3], 0, 1, { rng: new Rng(3) }).dataSync();
    const run = (seed: number) =>
      make().call([tensor(values, { shape: [40, 9, 8, 3] })], training(seed)) as Tensor;
    try {
      const found: Float32Array[] = [];
      for (const threads of [1, 2, 1]) {
        await useBackend("wasm", { threads });
        found.push(Float32Array.from(run(5).dataSync()));
      }
      const other = run(6).dataSync();
      assertEquals(found[1], found[0]);
      assertEquals(found[2], found[0]);
      assert(other.some((value, i) => value !== found[0][i]));
      await useBackend("reference");
      const reference = run(5).dataSync();
      found[0].forEach((value, i) => assert(Math.abs(value - reference[i]) < 1e-6));
    } finally {
      await useBackend("wasm", { threads: 1 });
    }
  });

  Deno.test(`${name}: does nothing at prediction, and refuses what is no image`, () => {
    const x = uniform([2, 9, 8, 3], 0, 1, { rng: new Rng(3) });
    const model = new Sequential([make()]);
    assertEquals([...model.predict(x).dataSync()], [...x.dataSync()]);
    assertThrows(
      () => new Sequential([make(), new Flatten()]).predict([[1, 2]]),
      ShapeError,
      "images",
    );
  });
}

Deno.test("each image is changed on its own, by all that there is", () => {
  const x = tensor(Float32Array.from({ length: 4 * 300 }, (_, i) => i % 4), {
    shape: [300, 2, 2, 1],
  });
  const count = (layer: Layer) => {
    const values = (layer.call([x], training(1)) as Tensor).dataSync(),
      seen = new Map<string, number>();
    for (let i = 0; i < values.length; i += 4) {
      const image = [...values.subarray(i, i + 4)].join("");
      seen.set(image, (seen.get(image) ?? 0) + 1);
    }
    return seen;
  };
  const both = count(new RandomFlip());
  assertEquals([...both.keys()].sort(), ["0123", "1032", "2301", "3210"]);
  for (const times of both.values()) assert(times > 45 && times < 105, `${times}`);
  assertEquals([...count(new RandomFlip("horizontal")).keys()].sort(), ["0123", "1032"]);
  assertEquals([...count(new RandomFlip("vertical")).keys()].sort(), ["0123", "2301"]);
  const crops = count(new RandomCrop(2, 2, { padding: 1, fillValue: 9 }));
  assertEquals(crops.size, 9);
  assert(crops.has("9990") && crops.has("0123") && crops.has("3999"));
});

Deno.test("a crop of another size: anywhere in training, the middle at prediction", () => {
  const x = tensor(Float32Array.from({ length: 25 }, (_, i) => i), { shape: [1, 5, 5, 1] });
  const layer = new RandomCrop(3, 1);
  const middle = layer.call([x], { training: false, rng: new Rng(1) }) as Tensor;
  assertEquals([...middle.dataSync()], [7, 12, 17]);
  assertEquals(layer.computeOutputShape([[5, 5, 1]]), [3, 1, 1]);
  assertThrows(() => layer.computeOutputShape([[2, 5, 1]]), ShapeError, "at least 3 x 1 pixels");
});

Deno.test("arguments that make no sense are refused", () => {
  assertThrows(() => new RandomFlip("both" as "vertical"), RangeError, "horizontalAndVertical");
  assertThrows(() => new RandomRotation(1.5), RangeError, "factor must be a number from -1 to 1");
  assertThrows(() => new RandomRotation([0.2, 0.1]), RangeError, "two in order");
  assertThrows(() => new RandomTranslation(0.1, NaN), RangeError, "widthFactor");
  assertThrows(() => new RandomZoom(-1), RangeError, "heightFactor must be above -1");
  assertThrows(() => new RandomZoom(0.1, { fillMode: "mirror" as "wrap" }), RangeError, "reflect");
  assertThrows(() => new RandomContrast(2), RangeError, "from 0 to 1");
  assertThrows(() => new RandomContrast(0.1, { valueRange: [1, 0] }), RangeError, "valueRange");
  assertThrows(() => new RandomCrop(0, 3), RangeError, "height");
  assertThrows(() => new RandomCrop(3, 3, { padding: -1 }), RangeError, "padding");
  assertThrows(() => new Rescaling(Infinity), RangeError, "scale");
  assertThrows(
    () => new Rescaling([1, 2]).computeOutputShape([[4, 4, 3]]),
    ShapeError,
    "one for each channel",
  );
});
