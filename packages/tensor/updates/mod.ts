/** Every update, one line each. The backends' kernels are exhaustive over this list. */
export * from "./adam.ts";
export * from "./rms_prop.ts";
export * from "./sgd.ts";
