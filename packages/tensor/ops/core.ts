/**
 * The operations that others are made of, gradients above all. A program that needs no others loads
 * a small module of kernels instead of all of them.
 */
export * from "./elementwise/add.ts";
export * from "./elementwise/cast.ts";
export * from "./elementwise/div.ts";
export * from "./elementwise/mul.ts";
export * from "./elementwise/neg.ts";
export * from "./elementwise/relu.ts";
export * from "./elementwise/sigmoid.ts";
export * from "./elementwise/step.ts";
export * from "./elementwise/sub.ts";
export * from "./elementwise/tanh.ts";
export * from "./index/gather.ts";
export * from "./index/scatter_add.ts";
export * from "./product/dot.ts";
export * from "./product/matmul.ts";
export * from "./reduce/sum.ts";
export * from "./shape/broadcast_to.ts";
export * from "./shape/pad.ts";
export * from "./shape/reshape.ts";
export * from "./shape/slice.ts";
export * from "./shape/strided_slice.ts";
