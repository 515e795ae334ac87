/** Operations on corresponding elements: the cost of a call, and the rate on long vectors. */
import { assertEquals } from "@std/assert";
import {
  add,
  exp,
  mul,
  ones,
  relu,
  sigmoid,
  sum,
  tanh,
  tidy,
  useBackend,
  valueAndGrad,
} from "../../mod.ts";

const { name, threads } = await useBackend();
const group = `${name} ${threads}`;

const a = ones([4]), b = ones([4]);
assertEquals(add(a, b).array(), [2, 2, 2, 2]);
Deno.bench("add, 4 elements", { group }, () => add(a, b).dispose());
const n = 100;
Deno.bench(`add, 4 elements, ${n} times on a tape`, { group }, () => {
  tidy(() =>
    valueAndGrad((x) => {
      let y = x;
      for (let i = 0; i < n; i++) y = add(y, b);
      return sum(y);
    })(a)
  );
});

const x = ones([1 << 18]), bias = ones([512]), matrix = ones([512, 512]);
Deno.bench("add, 262144 elements", { group }, () => add(x, x).dispose());
Deno.bench("add, [512, 512] and [512]", { group }, () => add(matrix, bias).dispose());
Deno.bench("mul, 262144 elements", { group }, () => mul(x, x).dispose());
for (const f of [exp, tanh, sigmoid, relu]) {
  Deno.bench(`${f.op.name}, 262144 elements`, { group }, () => f(x).dispose());
}
Deno.bench("sum, 262144 elements", { group }, () => sum(x).dispose());
