/** Operations that move values and do not change them; four bytes are four bytes. */
import type { WasmStorage } from "../engine.ts";
import type { Runner } from "./runner.ts";

/** The same storage under another shape. */
export const reshape: Runner<readonly number[]> = (_engine, [x]) => {
  const storage = x.storage as WasmStorage;
  storage.references++;
  return storage;
};
