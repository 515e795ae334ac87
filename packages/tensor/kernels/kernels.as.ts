// The module: everything exported here can be launched by name from the wasm backend.
export * from "./binary.as";
export * from "./unary.as";
