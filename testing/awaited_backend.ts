/** A device that has to be awaited, for tests on machines without one. */
import {
  BackendError,
  type DType,
  registerBackend,
  type Storage,
  type TypedArray,
  useBackend,
} from "@neurite/tensor";
import { ReferenceBackend } from "@neurite/tensor/contract";

/** The reference behind a door: its values come out later, as they were when they were asked for. */
export class AwaitedBackend extends ReferenceBackend {
  override readonly name = "awaited";
  override readonly synchronous = false;
  /** How often values were read. */
  reads = 0;

  /** There is no reading at once. */
  override readSync(): never {
    throw new BackendError(
      "Cannot read values at once as this backend has to be awaited: current readSync. Use data()",
      ["awaited"],
    );
  }

  /** The values as they are now, a few turns later. */
  override async read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    this.reads++;
    const values = super.readSync(storage, dtype, size);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    return values;
  }
}

/** The backend under its name, of which there is one. */
const device = new AwaitedBackend();
registerBackend("awaited", () => device);

/** Runs `f` on a device that has to be awaited, and then goes back to wasm. */
export async function onDevice<T>(f: (device: AwaitedBackend) => T | Promise<T>): Promise<T> {
  await useBackend("awaited");
  try {
    return await f(device);
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
}
