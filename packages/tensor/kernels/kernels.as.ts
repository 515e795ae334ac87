// The module: everything exported here can be launched by name from the wasm backend.
export * from "./binary.as";
export * from "./cast.as";
export * from "./copy.as";
export * from "./epilogue.as";
export * from "./gemm.as";
export * from "./index.as";
export * from "./random.as";
export * from "./reduce.as";
export * from "./select.as";
export * from "./softmax.as";
export * from "./unary.as";
export * from "./update.as";
