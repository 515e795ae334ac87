/**
 * Forecasting: the temperature of the next hours out of the last two days, by a GRU.
 *
 * The temperatures are drawn by the program. Expect an error below that of "as a day ago", in ten seconds.
 *
 * `deno task example recipes/forecasting [--check]`
 *
 * Permissions: none
 */
import { seriesWindows, StandardScaler } from "@neurite/datasets";
import { GRU } from "@neurite/lstm-gru";
import { Adam, Dense, Sequential } from "@neurite/nn";
import { reshape } from "@neurite/tensor";
import { drawnTemperatures } from "../common/drawn_data.ts";

const series = drawnTemperatures(90, 1), end = 24 * 70; // The last 20 days are for the test.
const scaler = new StandardScaler().fit(series.subarray(0, end));
const windows = (part: Float32Array) =>
  seriesWindows(scaler.transform(part), { length: 48, horizon: 6 });
const train = windows(series.subarray(0, end)), test = windows(series.subarray(end));

const model = new Sequential([new GRU(16), new Dense(6)], { seed: 1 });
model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: "meanSquaredError" });
await model.fit(train.inputs, train.targets, { epochs: 8, verbose: 0 });

const forecasts = scaler.inverseTransform(reshape(model.predict(test.inputs), [-1])).data;
const n = test.inputs.shape[0];
let error = 0, naive = 0;
for (let i = 0; i < n; i++) {
  for (let hour = 0; hour < 6; hour++) {
    const at = end + i + 48 + hour;
    error += Math.abs(forecasts[6 * i + hour] - series[at]) / (6 * n);
    naive += Math.abs(series[at - 24] - series[at]) / (6 * n);
  }
}
console.log(`mean error ${error.toFixed(2)} degrees; as a day ago, ${naive.toFixed(2)}`);
if (Deno.args.includes("--check") && !(error < 0.8 * naive)) Deno.exit(1);
