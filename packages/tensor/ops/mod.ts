/** Every operation, one line each. The backends' kernel tables are exhaustive over this list. */
export * from "./add.ts";
export * from "./broadcast_to.ts";
export * from "./cast.ts";
export * from "./mul.ts";
export * from "./neg.ts";
export * from "./reshape.ts";
export * from "./square.ts";
export * from "./sub.ts";
export * from "./sum.ts";
export * from "./tanh.ts";
