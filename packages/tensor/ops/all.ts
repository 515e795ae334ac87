/** All operations. The backends' kernel tables are exhaustive over them, and tests go through them. */
export * from "./internal.ts";
export * from "./mod.ts";
