/** Dropout: groups of 64 units, each with its own place in the generator's stream. */
import type { Dropping } from "../../../ops/random/dropout.ts";
import { address, type Runner } from "./runner.ts";

/** Units of a group, and groups that are worth a thread of their own. */
const GROUP = 64, GRAIN = 64;
const WORD = 0x1_0000_0000;

/** `x / (1 - rate)`, or 0 for the units that are dropped. */
export const dropout: Runner<Dropping> = (engine, [x], { rate, limit, key, position }) => {
  const y = engine.allocate(x.size);
  const place = [position % WORD, Math.floor(position / WORD)];
  const args = [x.size, limit, 1 / (1 - rate), ...key, ...place];
  if (x.size > 0) {
    const groups = Math.ceil(x.size / GROUP);
    engine.launch("dropout", groups, GRAIN, address(x), y.address, ...args);
  }
  return y;
};
