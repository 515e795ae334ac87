// The kernels of the operations in ops/core.ts, and of what every tensor needs.
export { add, addRows, div, divRows, mul, mulRows, reluGradient, reluGradientRows, sigmoidGradient, sigmoidGradientRows, sub, subRows, tanhGradient, tanhGradientRows } from "./binary.as";
export * from "./cast.as";
export * from "./copy.as";
export { biasActivation } from "./epilogue.as";
export * from "./gemm.as";
export * from "./gemv.as";
export { gather, scatterAdd } from "./index.as";
export * from "./random.as";
export { sumColumns, sumRow, sumRows, sumTile } from "./reduce.as";
export { neg, relu, sigmoid, step, tanh } from "./unary.as";
