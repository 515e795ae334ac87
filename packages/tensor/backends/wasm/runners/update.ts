/** Updates of parameters. */
import { address, type Runner } from "./runner.ts";

/** Elements that are worth a thread of their own. */
const GRAIN = 16384;

/** `a + s b`. */
export const addScaled: Runner<number> = (engine, [a, b], s) => {
  const y = engine.allocate(a.size);
  if (a.size > 0) {
    engine.launch("addScaled", a.size, GRAIN, address(a), address(b), y.address, s);
  }
  return y;
};
