/** Updates in place, beside Adam's made of operations. */
import "./backends/wasm/table.ts";
import { useBackend } from "./backends/mod.ts";
import { uniform, zerosLike } from "./create.ts";
import { add, div, mul, sqrt, square, sub } from "./ops/mod.ts";
import { Rng } from "./random/rng.ts";
import { tidy } from "./scope.ts";
import { adamUpdate, rmsPropUpdate, sgdUpdate } from "./updates/mod.ts";

await useBackend("wasm", { threads: 1 });

const RATE = 1e-3, USUAL = { rate: RATE, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

for (const n of [6, 1_000_000]) {
  const group = `${n} parameters`, rng = new Rng(1);
  const w = uniform([n], -1, 1, { rng }), g = uniform([n], -1, 1, { rng });
  const m = zerosLike(w), v = zerosLike(w), velocity = zerosLike(w);
  Deno.bench("adamUpdate", { group, baseline: true }, () => adamUpdate(w, m, v, g, USUAL));
  Deno.bench("Adam of operations", { group }, () =>
    tidy(() => {
      m.assign(add(m, mul(sub(g, m), 0.1)));
      v.assign(add(v, mul(sub(square(g), v), 0.001)));
      w.assign(sub(w, div(mul(m, RATE), add(sqrt(v), 1e-7))));
    }));
  Deno.bench("rmsPropUpdate", { group }, () => rmsPropUpdate(w, v, g, { ...USUAL, rho: 0.9 }));
  Deno.bench("sgdUpdate", { group }, () => sgdUpdate(w, g, { rate: RATE }));
  Deno.bench(
    "sgdUpdate with momentum",
    { group },
    () => sgdUpdate(w, g, { rate: RATE, momentum: 0.9, velocity }),
  );
}
