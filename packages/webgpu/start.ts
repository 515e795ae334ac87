/** Finding an adapter and starting a device. */
import { BackendError, type BackendOptions, type DeviceInfo } from "@neurite/tensor";
import { checkOneOf, checkOptions, checkPositive, shared } from "@neurite/tensor/internal";
import { WebGPUBackend } from "./backend.ts";
import { Device } from "./device/device.ts";
import { measureProducts } from "./kernels/product.ts";

/** How the backend is started. */
export interface WebGPUOptions {
  /** The interface, where the platform has none of its own: Dawn's, of `npm:webgpu`, in Node. */
  gpu?: unknown;
  /** Which of several adapters: the fast one (the default) or the one that needs little power. */
  powerPreference?: "high-performance" | "low-power";
  /** The most bytes of memory on the device; what would take more is refused. */
  memoryLimit?: number;
}

const OPTIONS: Record<keyof WebGPUOptions, true> = {
  gpu: true,
  powerPreference: true,
  memoryLimit: true,
};

/** What kernels need of an adapter at least; every one that keeps to the specification has it. */
const NEEDED = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  maxStorageBufferBindingSize: 2 ** 27,
} as const;

/** What is asked for as much as the adapter has. */
const WANTED = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
] as const;

/** The backends that were started, by the interface, which may have been handed in. */
const started = shared("webgpu", () => new Map<unknown, WebGPUBackend>());

/** Starts the backend, or goes on with the one that was started; on a new device where it was lost. */
export async function start(options: BackendOptions): Promise<WebGPUBackend> {
  const { gpu: given, powerPreference = "high-performance", memoryLimit } =
    options as WebGPUOptions;
  checkOptions('use backend "webgpu"', options, OPTIONS);
  checkOneOf('use backend "webgpu"', "powerPreference", powerPreference, [
    "high-performance",
    "low-power",
  ]);
  if (memoryLimit !== undefined) checkPositive('use backend "webgpu"', "memoryLimit", memoryLimit);
  const gpu = (given ?? globalThis.navigator?.gpu) as GPU | undefined;
  if (gpu === undefined) {
    throw new BackendError(
      'Cannot use backend "webgpu" as the platform must have navigator.gpu: current none. In Node ' +
        'hand it in: useBackend("webgpu", { gpu: create([]) }), with create of npm:webgpu; a page ' +
        "must come by https or from localhost",
    );
  }
  if (typeof gpu.requestAdapter !== "function") {
    throw new BackendError(
      'Cannot use backend "webgpu" as gpu must be the interface of WebGPU, with requestAdapter: ' +
        `current ${typeof gpu}. In Node it is create([]) of npm:webgpu`,
    );
  }
  const before = started.get(gpu);
  if (before !== undefined && !before.lost) {
    before.limitMemory(memoryLimit);
    return before;
  }
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null) {
    throw new BackendError(
      'Cannot use backend "webgpu" as there must be an adapter: current none. Install the driver of ' +
        "the graphics card; on Linux without one, mesa-vulkan-drivers has an adapter in software",
    );
  }
  checkLimits(adapter.limits);
  const requiredLimits = Object.fromEntries(WANTED.map((name) => [name, adapter.limits[name]]));
  const features = ["timestamp-query"] as const;
  const requiredFeatures = features.filter((name) => adapter.features.has(name));
  const made = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  const device = new Device(made), info = infoOf(adapter);
  device.sharesMemory = await sharesMemory(device, info);
  const backend = new WebGPUBackend(device, info);
  backend.limitMemory(memoryLimit);
  started.set(gpu, backend);
  return backend;
}

/** Whether products go faster through the memory that a workgroup shares, by adapter. */
const measured = shared("webgpu.memory", () => new Map<string, boolean>());

/** Measures it once for each adapter; where the device has no clock, processors are known by their name. */
async function sharesMemory(device: Device, { adapter }: DeviceInfo): Promise<boolean> {
  let found = measured.get(adapter);
  if (found === undefined) {
    found = device.hasClock
      ? await measureProducts(device)
      : !/llvmpipe|swiftshader|software/i.test(adapter);
    measured.set(adapter, found);
  }
  return found;
}

/** Refuses an adapter that kernels cannot run on. */
function checkLimits(limits: GPUSupportedLimits): void {
  for (const [name, least] of Object.entries(NEEDED)) {
    const found = limits[name as keyof typeof NEEDED];
    if (found >= least) continue;
    throw new BackendError(
      `Cannot use backend "webgpu" as the adapter's ${name} must be at least ${least}: current ` +
        `${found}`,
    );
  }
}

/** Makers of adapters by the numbers of the PCI, or of Vulkan, where a driver gives nothing else. */
const VENDORS: Readonly<Record<string, string>> = {
  4098: "AMD",
  4203: "Apple",
  4318: "NVIDIA",
  5045: "ARM",
  20803: "Qualcomm",
  32902: "Intel",
  65541: "Mesa",
};

/** What is told of an adapter. */
function infoOf({ info, limits }: GPUAdapter): DeviceInfo {
  const { vendor, architecture, device, description } = info;
  return {
    adapter: description || device || architecture || "unknown",
    vendor: VENDORS[vendor] ?? (vendor || "unknown"),
    limits: Object.fromEntries(
      [...WANTED, "maxStorageBuffersPerShaderStage" as const].map((name) => [name, limits[name]]),
    ),
  };
}
