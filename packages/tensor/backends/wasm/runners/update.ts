/** Updates of parameters. */
import type { Operand } from "../../../backend.ts";
import type { Engine } from "../engine.ts";
import type { KernelName } from "../kernel_name.ts";
import { GRAIN } from "./elementwise.ts";
import { address, type Runner } from "./runner.ts";

/** `a + s b`. */
export const addScaled: Runner<number> = (engine, [a, b], s) => {
  const y = engine.allocate(a.size);
  if (a.size > 0) {
    engine.launch("addScaled", a.size, GRAIN, address(a), address(b), y.address, s);
  }
  return y;
};

/** Runs the kernel `name(...changed, gradient, ...parameters, begin, end)`; 0 stands for no tensor. */
export function update(
  engine: Engine,
  name: string,
  changed: readonly (Operand | undefined)[],
  gradient: Operand,
  parameters: readonly number[],
): void {
  if (gradient.size === 0) return;
  const addresses = changed.map((x) => x === undefined ? 0 : address(x));
  const kernel = name as KernelName, own = address(gradient);
  engine.launch(kernel, gradient.size, GRAIN, ...addresses, own, ...parameters);
}
