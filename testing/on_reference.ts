/** Tests that need more digits than float32 has. */
import { useBackend } from "@neurite/tensor";

/** Runs `f` on the reference backend, which computes in f64, and then goes back to wasm. */
export async function onReference<T>(f: () => T | Promise<T>): Promise<T> {
  await useBackend("reference");
  try {
    return await f();
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
}
