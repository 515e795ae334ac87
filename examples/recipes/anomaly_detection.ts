/**
 * Anomalies: an autoencoder learns what is normal, and cannot reproduce what is not.
 *
 * The measurements are drawn by the program. Expect 95 % of the faults found, with 1 % false alarms.
 *
 * `deno task example recipes/anomaly_detection [--check]`
 *
 * Permissions: none
 */
import { StandardScaler } from "@neurite/datasets";
import { Dense, Sequential } from "@neurite/nn";
import { mean, square, sub } from "@neurite/tensor";
import { drawnSensors } from "../common/drawn_data.ts";

const sound = drawnSensors(2000, false, 1), broken = drawnSensors(500, true, 2);
const scaler = new StandardScaler().fit(sound);
const learnt = scaler.transform(sound.slice(0, 1000));
const model = new Sequential([
  new Dense(8, { activation: "tanh" }),
  new Dense(2), // Two numbers must be enough to say what six sensors show.
  new Dense(8, { activation: "tanh" }),
  new Dense(6),
], { seed: 1 });
model.compile({ optimizer: "adam", loss: "meanSquaredError" });
await model.fit(learnt, learnt, { epochs: 60, verbose: 0 });

/** The squared error of each row. */
const errors = (rows: number[][]) => {
  const x = scaler.transform(rows);
  return [...mean(square(sub(model.predict(x), x)), { axis: 1 }).dataSync()];
};
const limit = errors(sound.slice(1000, 1500)).sort((a, b) => a - b)[494]; // 99 % of them are below.
const share = (rows: number[][]) => errors(rows).filter((e) => e > limit).length / rows.length;
const found = share(broken), alarms = share(sound.slice(1500));
console.log(`faults found ${(100 * found).toFixed(1)} %, alarms ${(100 * alarms).toFixed(1)} %`);
if (Deno.args.includes("--check") && !(found > 0.9 && alarms < 0.05)) Deno.exit(1);
