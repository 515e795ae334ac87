/** Conversions between the element types. */
import type { DType } from "../../../backend.ts";
import { address, type Runner } from "./runner.ts";

/** Elements that are worth a thread of their own. */
const GRAIN = 32768;

/** Converts every element. */
export const cast: Runner<DType> = (engine, [x], dtype) => {
  const y = engine.allocate(x.size);
  const kernel = dtype === "int32" ? "castToInt32" : "castToFloat32";
  if (x.size > 0) engine.launch(kernel, x.size, GRAIN, address(x), y.address);
  return y;
};
