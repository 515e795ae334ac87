/** Conversions between the element types. */
import type { DType } from "../../../backend.ts";
import { GRAIN } from "./elementwise.ts";
import { address, type Runner } from "./runner.ts";

/** Converts every element. */
export const cast: Runner<DType> = (engine, [x], dtype) => {
  const y = engine.allocate(x.size);
  const kernel = dtype === "int32" ? "castToInt32" : "castToFloat32";
  if (x.size > 0) engine.launch(kernel, x.size, GRAIN, address(x), y.address);
  return y;
};
