/** Holds losses to what Keras gives for them. */
import { assert, assertEquals } from "@std/assert";
import { mean, mul, type Nested, type Tensor, tensor, tidy, valueAndGrad } from "@neurite/tensor";
import fixture from "../fixtures/losses.json" with { type: "json" };
import "../losses/loss_of.ts";
import { losses } from "../losses/loss.ts";
import type { Loss } from "../losses/loss.ts";

/** The mean of a batch and its gradient with respect to the predictions. */
interface Mean {
  value: number;
  gradient: Nested;
}

/** One use of a loss. */
interface Case {
  name: string;
  loss: string;
  config: Record<string, unknown>;
  t: Nested;
  y: Nested;
  w: number[];
  each: number[];
  plain: Mean;
  weighted: Mean;
}

/** What may be lost in float32. */
const RELATIVE = 1e-5, ABSOLUTE = 1e-7;

function assertNear(what: string, found: Tensor, right: Nested): void {
  const values = found.dataSync(), expected = ([right] as unknown[]).flat(Infinity) as number[];
  assertEquals(values.length, expected.length, what);
  expected.forEach((e, i) => {
    const near = Math.abs(values[i] - e) <= RELATIVE * Math.abs(e) + ABSOLUTE;
    assert(near, `${what}, number ${i}: ${values[i]}, expected ${e}`);
  });
}

function assertMean(what: string, f: (y: Tensor) => Tensor, y: Tensor, right: Mean): void {
  const { value, gradients: [dy] } = valueAndGrad(f)(y);
  assertNear(`${what}, mean`, value, right.value);
  assertNear(`${what}, gradient`, dy, right.gradient);
  assertEquals(dy.shape, y.shape);
}

/** A loss as far as the activation it is fused with is left out. */
function onLogits(loss: Loss): ((t: Tensor, z: Tensor) => Tensor) | undefined {
  const { className, config } = loss.toConfig();
  if (config.fromLogits !== true) return undefined;
  const fused = losses.make({ className, config: { ...config, fromLogits: false } });
  assertEquals(fused.fusedActivation, className.startsWith("Binary") ? "sigmoid" : "softmax");
  assertEquals(loss.fusedActivation, undefined);
  return (t, z) => fused.callOnLogits!(t, z);
}

/**
 * Checks the losses of each example, their mean, plain and weighted, and its gradient, in all cases of
 * a class, which is made of its registered name.
 */
export function assertAsKeras(className: string): void {
  const cases = (fixture.cases as unknown as Case[]).filter(({ loss }) => loss === className);
  assert(cases.length > 0, className);
  for (const { name, config, each, plain, weighted, ...values } of cases) {
    tidy(() => {
      const loss = losses.make({ className, config });
      const y = tensor(values.y), given = tensor(values.t), w = tensor(values.w);
      const t = loss.prepare(given, y);
      loss.checkTargets(t.dataSync(), t.shape, y.shape.slice(1));
      const calls = [(t: Tensor, y: Tensor) => loss.call(t, y), onLogits(loss)];
      for (const call of calls) {
        if (call === undefined) continue;
        const result = call(t, y);
        assertEquals(result.shape, [values.w.length]);
        assertNear(`${className} ${name}`, result, each);
        assertNear(`${className} ${name}, targets as given`, call(given, y), each);
        assertMean(`${className} ${name}`, (y) => mean(call(t, y)), y, plain);
        assertMean(`${className} ${name}, weighted`, (y) => mean(mul(call(t, y), w)), y, weighted);
      }
      if (loss.callMean === undefined) return;
      assertMean(`${className} ${name}, at once`, (y) => loss.callMean!(t, y), y, plain);
    });
  }
}

/** Checks that a loss can be recreated from its configuration as JSON. */
export function assertMadeAgain(loss: Loss): void {
  const config = JSON.parse(JSON.stringify(loss.toConfig())), again = losses.make(config);
  assertEquals(again.constructor, loss.constructor);
  assertEquals(again.toConfig(), loss.toConfig());
}
