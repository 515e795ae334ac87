/** Updates of parameters. */
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
