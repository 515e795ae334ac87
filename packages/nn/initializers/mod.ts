/** Initializers: how the numbers of a weight start. */
export * from "./constant.ts";
export * from "./glorot.ts";
export * from "./he.ts";
export { type Initializer, initializers } from "./initializer.ts";
export * from "./initializer_of.ts";
export * from "./lecun.ts";
export * from "./orthogonal.ts";
export * from "./random.ts";
export {
  computeFans,
  type Distribution,
  type Fans,
  VarianceScaling,
  type VarianceScalingOptions,
} from "./variance_scaling.ts";
