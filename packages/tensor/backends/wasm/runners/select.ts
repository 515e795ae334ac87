/** The choice between the elements of two tensors. */
import { sizeOf } from "../../../shape.ts";
import { GRAIN, joinAxes } from "./elementwise.ts";
import { address, type Runner } from "./runner.ts";

/** The bits of a condition that count: of a float32 all but the sign, since -0 is 0. */
const CARE = { float32: 0x7fffffff, int32: -1 } as const;

/** `where`: straight through where every operand is, or is a single number; else over rows. */
export const where: Runner<undefined> = (engine, inputs, _, { shape }) => {
  const size = sizeOf(shape), y = engine.allocate(size), care = CARE[inputs[0].dtype];
  if (size === 0) return y;
  const addresses = [...inputs.map(address), y.address];
  if (inputs.every((x) => x.size === size || x.size === 1)) {
    const steps = inputs.map((x) => x.size === size ? 1 : 0);
    engine.launch("where", size, GRAIN, ...addresses, ...steps, care);
  } else {
    const { n, meta } = joinAxes(inputs.map((x) => x.shape), shape);
    engine.launch(
      "whereRows",
      size / n,
      Math.ceil(GRAIN / n),
      ...addresses,
      engine.meta(meta),
      care,
    );
  }
  return y;
};
