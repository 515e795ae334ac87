/** Which backend computes. */
import type { Backend, BackendInfo } from "../backend.ts";
import { BackendError } from "../errors.ts";
import { liveTensors } from "../tensor.ts";
import { ReferenceBackend } from "./reference.ts";
import { WasmBackend } from "./wasm/backend.ts";

let current: Backend | undefined;
let wasm: WasmBackend | undefined;

/** The backend on which new tensors are made. */
export function currentBackend(): Backend {
  return current ??= wasm = new WasmBackend();
}

/** TEMP */
export async function useBackend(name: string, options: { threads?: number } = {}): Promise<void> {
  if (name === "reference") current = new ReferenceBackend();
  else if (name === "wasm") {
    current = wasm ??= new WasmBackend();
    await wasm.setThreads(options.threads ?? 1);
  } else throw new BackendError("unknown");
}

/** TEMP */
export function backendInfo(): BackendInfo {
  return { ...currentBackend().info(), liveTensors: liveTensors() };
}
