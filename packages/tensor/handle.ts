/** What a tensor's values are reached through, and how many tensors there are. */
import type { Backend, Storage } from "./backend.ts";
import { brandOf, shared } from "./shared.ts";

/** What a tensor's values are reached through; outlives the tensor until the values are freed. */
export interface Handle {
  /** The backend that keeps the values. */
  readonly backend: Backend;
  /** The values; `undefined` once they were freed. */
  storage: Storage | undefined;
  /** On a backend that has to be awaited: the values, where they came from the host. */
  known?: ArrayLike<number>;
}

/** The brand of tensors: one is known by it without its class. */
export const TENSOR: symbol = brandOf("Tensor");

/** What scopes need of a tensor: its handle, and to be able to free it. */
export interface Held {
  /** What the values are reached through. */
  readonly handle: Handle;
  /** Frees the values now. */
  dispose(): void;
}

/** Whether a value is a tensor. */
export function isHeld(value: object): value is Held {
  return TENSOR in value;
}

const tensors = shared("tensors", () => ({ live: 0 }));

/** Tensors that were created and not disposed. */
export function liveTensors(): number {
  return tensors.live;
}

/** A handle on a storage, which counts as a live tensor. */
export function makeHandle(backend: Backend, storage: Storage): Handle {
  tensors.live++;
  return { backend, storage };
}

/** Frees the values behind a handle, once. */
export function releaseHandle(handle: Handle): void {
  const storage = handle.storage;
  if (storage === undefined) return;
  handle.storage = handle.known = undefined;
  tensors.live--;
  if (--storage.references === 0) handle.backend.free(storage);
}
