/** Data that recipes draw by chance, where real ones may not be passed on. They say so. */
import { scale, syntheticDigits, syntheticShapes } from "@neurite/datasets";
import { imageGrid } from "@neurite/plot";
import { type NdArray, ndarray, Rng } from "@neurite/tensor";

const say = (what: string) => console.warn(`DRAWN DATA: ${what} are made up by the program.`);

/** Houses as a CSV text: size, age, district and price, some sizes missing. */
export function drawnHouses(count: number, seed: number): string {
  say("the houses and their prices");
  const rng = new Rng(seed), districts = { centre: 90, north: 20, lake: 140 };
  const rows = Array.from({ length: count }, () => {
    const [name, extra] = Object.entries(districts)[rng.integer(3)];
    const size = Math.round(rng.uniform(40, 200)), age = rng.integer(100);
    const price = 50 + 2.5 * size + extra - 0.6 * age + rng.normal(0, 10);
    return `${rng.uniform() < 0.05 ? "" : size},${age},${name},${price.toFixed(1)}`;
  });
  return ["size,age,district,price", ...rows].join("\n");
}

/** Sentences about films, and whether they praise. */
export function drawnReviews(count: number, seed: number): { texts: string[]; labels: number[] } {
  say("the reviews");
  const rng = new Rng(seed), one = (words: string) => words.split(" ")[rng.integer(4)];
  const some = () => Array.from({ length: rng.integer(4) }, () => one("story music scene film"));
  const labels = Array.from({ length: count }, () => rng.integer(2));
  const texts = labels.map((label) => {
    const opinion = one(label === 1 ? "good great lovely funny" : "bad dull awful sad");
    return ["the", ...some(), "was", opinion, ...some()].join(" ") + ".";
  });
  return { texts, labels };
}

/** A temperature each hour of so many days: a day's wave on a slow one, and noise. */
export function drawnTemperatures(days: number, seed: number): Float32Array {
  say("the temperatures");
  const rng = new Rng(seed), wave = (hours: number, t: number) => Math.sin(2 * Math.PI * t / hours);
  return Float32Array.from(
    { length: 24 * days },
    (_, t) => 12 + 5 * wave(24, t) + 4 * wave(24 * 9, t) + rng.normal(0, 0.5),
  );
}

/** What six sensors of a machine measure; `broken`, two of them lose touch with the others. */
export function drawnSensors(count: number, broken: boolean, seed: number): number[][] {
  say(`the measurements of a ${broken ? "broken" : "sound"} machine`);
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => {
    const [load, heat] = [rng.normal(), rng.normal()];
    const row = [load, heat, load + heat, load - heat, 2 * load, heat * 3];
    if (broken) row[2] += 3, row[4] -= 3;
    return row.map((value) => value + rng.normal(0, 0.1));
  });
}

/** A folder of so many PNG files, one folder in it for each class. */
export async function drawnPictures(folder: string, count: number, seed: number): Promise<string> {
  say("the pictures, coloured shapes,");
  const { images, labels, classes } = syntheticShapes({ count, seed });
  for (const name of classes) await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  for (let i = 0; i < count; i++) {
    const picture = imageGrid([images.pick(i, null, null, null)], { scale: 1, gap: 0 });
    await picture.save(`${folder}/${classes[labels.get(i)]}/${i}.png`, { scale: 1 });
  }
  return folder;
}

/** Digits of which `low` is the least and `high` the greatest one, counted from `low`. */
export function drawnDigits(
  low: number,
  high: number,
): { x: NdArray<Float32Array>; y: Int32Array } {
  say(`the digits ${low} to ${high}`);
  const { images, labels } = syntheticDigits({ count: 4000, seed: 1 });
  const pixels = scale(images).data,
    rows = [...labels.data.keys()].filter((i) => labels.get(i) >= low && labels.get(i) <= high);
  const x = new Float32Array(784 * rows.length);
  rows.forEach((row, i) => x.set(pixels.subarray(784 * row, 784 * (row + 1)), 784 * i));
  return {
    x: ndarray(x, [rows.length, 28, 28, 1]),
    y: Int32Array.from(rows, (i) => labels.get(i) - low),
  };
}
