/** The interface as a user hands it in, with a hand on the device that is made of it. */

/** What was handed in, and the device once there is one. */
export interface HandedIn {
  /** What `useBackend("webgpu", { gpu })` is given. */
  readonly gpu: unknown;
  /** The device. */
  device?: GPUDevice;
}

/** The platform's interface; `limits` replace those that its adapter has. */
export function handIn(limits: Readonly<Record<string, number>> = {}): HandedIn {
  const handed: HandedIn = {
    gpu: {
      requestAdapter: async (options: GPURequestAdapterOptions) => {
        const adapter = await navigator.gpu.requestAdapter(options);
        if (adapter === null) return null;
        const { info, features } = adapter;
        // Limits are read from the adapter itself, not from the object that inherits from it.
        const all = new Proxy(adapter.limits, {
          get: (own, name) => limits[name as string] ?? own[name as keyof GPUSupportedLimits],
        });
        const requestDevice = async (wanted: GPUDeviceDescriptor) =>
          handed.device = await adapter.requestDevice(wanted);
        return { info, features, limits: all, requestDevice };
      },
    },
  };
  return handed;
}
