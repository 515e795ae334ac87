/**
 * A device and the work that is recorded for it. Kernels are recorded one after the other and submitted
 * in batches; their parameters go through one buffer, small values from the host through another, both of
 * which are written once before the batch. What goes wrong on the device shows later, at the next call.
 */
import { BackendError } from "@neurite/tensor";
import { type Kernel, sourceOf } from "./kernel.ts";
import { type Block, Pool } from "./pool.ts";

/** A part of a buffer that a kernel is bound to, in bytes. */
export interface Part {
  /** The buffer. */
  readonly block: Block;
  /** Where the part begins; a multiple of 256. */
  readonly begin: number;
  /** Its size. */
  readonly size: number;
}

/** Kernels that are submitted together, at most. */
const BATCH = 256;
/** Bytes of parameters in a batch, and where those of a kernel may begin; and how many are bound. */
const PARAMETERS = 2 ** 17, ALIGNMENT = 256, WINDOW = 1024;
/** Bytes from the host in a batch; more at once are written by themselves. */
const UPLOADS = 2 ** 20, SMALL = 2 ** 16;
/** Bind groups that are kept. */
const GROUPS = 8192;

// The numbers of the specification, which not every runtime has as names.
const STORAGE = 0x80, UNIFORM = 0x40, COPY_SOURCE = 0x4, COPY_TARGET = 0x8, MAP_READ = 0x1;
const QUERY_RESOLVE = 0x200;
const COMPUTE_STAGE = 0x4, READ_MODE = 0x1;

/** A kernel that was compiled. */
interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly types: readonly ("u32" | "i32" | "f32")[];
}

/** Which pipelines have the same arrays: how many are read and how many written. */
interface Layout {
  readonly bindings: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
}

/** A device. */
export class Device {
  /** What it is limited by. */
  readonly limits: GPUSupportedLimits;
  /** The most bytes that a kernel can be bound to in one array. */
  readonly mostBound: number;
  /** Whether products go faster through the memory that invocations of a workgroup share. */
  sharesMemory = true;
  /** The buffers. */
  readonly pool: Pool;
  readonly #device: GPUDevice;
  readonly #compiled = new Map<string, Compiled>();
  readonly #layouts = new Map<string, Layout>();
  readonly #groups = new Map<string, GPUBindGroup>();
  readonly #parameters: GPUBuffer;
  readonly #uploads: GPUBuffer;
  readonly #words = new Uint32Array(PARAMETERS / 4);
  readonly #integers = new Int32Array(this.#words.buffer);
  readonly #floats = new Float32Array(this.#words.buffer);
  readonly #staged = new Uint8Array(UPLOADS);
  #at = 0;
  #uploaded = 0;
  #recorded = 0;
  #recording = 0;
  #encoder?: GPUCommandEncoder;
  #pass?: GPUComputePassEncoder;
  #last?: GPUComputePipeline;
  #submission?: Promise<void>;
  readonly #outlived: GPUBuffer[] = [];
  readonly #mapped = new Map<number, GPUBuffer[]>();
  readonly #pending = new Set<Promise<void>>();
  #fault?: BackendError;
  #lost?: BackendError;

  /** A device that was just made. */
  constructor(device: GPUDevice, bindingLimit = Infinity) {
    this.#device = device;
    this.limits = device.limits;
    const { maxStorageBufferBindingSize: bound, maxBufferSize: size } = device.limits;
    this.mostBound = Math.min(bound, size, bindingLimit);
    this.pool = new Pool((bytes) => this.#create(bytes), (block) => this.#drop(block));
    this.#parameters = device.createBuffer({
      size: PARAMETERS + WINDOW,
      usage: UNIFORM | COPY_TARGET,
    });
    this.#uploads = device.createBuffer({ size: UPLOADS, usage: COPY_SOURCE | COPY_TARGET });
    device.lost.then(({ message, reason }) => {
      this.#lost = new BackendError(
        `Cannot compute on this device any more as it was lost: current ${reason || "unknown"}` +
          `${message && `, ${message}`}. Start it again by await useBackend("webgpu"), or use ` +
          "another backend; load the last checkpoint there",
      );
    });
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      const { message } = (event as GPUUncapturedErrorEvent).error;
      this.#fault ??= new BackendError(
        `Cannot go on as the device refuses what it was given: current ${message}`,
      );
    });
  }

  /** Whether the device is gone. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Throws what went wrong on the device since the last call. */
  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
    const fault = this.#fault;
    if (fault === undefined) return;
    this.#fault = undefined;
    throw fault;
  }

  /** Ends the device; what it holds is gone. */
  destroy(): void {
    this.#device.destroy();
  }

  /** Records a kernel. The key stands for the kernel, which is asked for when it is not compiled yet. */
  run(
    key: string,
    kernel: () => Kernel,
    arrays: readonly (Block | Part)[],
    values: readonly number[],
    groups: readonly [number, number, number],
  ): void {
    this.check();
    if (groups[0] * groups[1] * groups[2] === 0) return;
    const parts = arrays.map((array) => this.#part(key, array));
    const compiled = this.#compiled.get(key) ?? this.#compile(key, kernel());
    const offset = this.#place(values, compiled.types);
    const pass = this.#pass ??= this.#open().beginComputePass();
    if (this.#last !== compiled.pipeline) pass.setPipeline(this.#last = compiled.pipeline);
    pass.setBindGroup(0, this.#groupOf(compiled.layout, parts), [offset]);
    pass.dispatchWorkgroups(...groups);
    for (const { block } of parts) block.recording = this.#recording;
    if (++this.#recorded >= BATCH) this.submit();
  }

  /** A buffer for so many bytes. */
  take(bytes: number): Block {
    this.check();
    return this.pool.take(bytes);
  }

  /** A buffer with values from the host. */
  write(values: Float32Array | Int32Array): Block {
    this.check();
    const bytes = values.byteLength;
    if (bytes > SMALL) {
      // Written before what is recorded: into a buffer that nothing recorded uses.
      const block = this.pool.take(bytes, this.#recording);
      this.#device.queue.writeBuffer(block.buffer, 0, values as BufferSource);
      return block;
    }
    const block = this.pool.take(bytes);
    if (bytes === 0) return block;
    if (this.#uploaded + bytes > UPLOADS) this.submit();
    const { buffer, byteOffset } = values;
    this.#staged.set(new Uint8Array(buffer, byteOffset, bytes), this.#uploaded);
    this.#endPass();
    this.#open().copyBufferToBuffer(this.#uploads, this.#uploaded, block.buffer, 0, bytes);
    this.#uploaded += bytes;
    block.recording = this.#recording;
    return block;
  }

  /** The first bytes of a buffer, as they are after what was recorded so far. */
  async read(block: Block, bytes: number): Promise<ArrayBuffer> {
    this.check();
    if (bytes === 0) return new ArrayBuffer(0);
    const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
    const staging = this.#mapped.get(size)?.pop() ??
      this.#device.createBuffer({ size, usage: MAP_READ | COPY_TARGET });
    this.#endPass();
    this.#open().copyBufferToBuffer(block.buffer, 0, staging, 0, bytes);
    block.recording = this.#recording;
    // What is read in one turn is submitted together.
    await (this.#submission ??= Promise.resolve().then(() => this.submit()));
    try {
      await staging.mapAsync(READ_MODE, 0, bytes);
    } catch (cause) {
      await Promise.all(this.#pending);
      await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 100))]);
      this.check();
      const error = new BackendError("Cannot read values as the device gave none: current none");
      error.cause = cause;
      throw error;
    }
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    const idle = this.#mapped.get(size) ?? [];
    this.#mapped.set(size, idle);
    if (idle.length < 8) idle.push(staging);
    else staging.destroy();
    await Promise.all(this.#pending);
    this.check();
    return copy;
  }

  /** Whether {@linkcode Device.time} knows. */
  get hasClock(): boolean {
    return this.#device.features.has("timestamp-query");
  }

  /** How long the device takes for what `record` records, in nanoseconds. */
  async time(record: () => void): Promise<number> {
    this.submit();
    const querySet = this.#device.createQuerySet({ type: "timestamp", count: 2 });
    const size = 16, usage = QUERY_RESOLVE | COPY_SOURCE;
    const times = this.#device.createBuffer({ size, usage });
    const staging = this.#device.createBuffer({ size, usage: MAP_READ | COPY_TARGET });
    this.#pass = this.#open().beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    record();
    this.#endPass();
    this.#open().resolveQuerySet(querySet, 0, 2, times, 0);
    this.#open().copyBufferToBuffer(times, 0, staging, 0, size);
    this.submit();
    await staging.mapAsync(READ_MODE, 0, size);
    const [begin, end] = new BigUint64Array(staging.getMappedRange(0, size).slice(0));
    for (const buffer of [times, staging]) buffer.destroy();
    querySet.destroy();
    return Number(end - begin);
  }

  /** Hands over what was recorded. */
  submit(): void {
    this.#submission = undefined;
    this.#endPass();
    const { queue } = this.#device;
    if (this.#encoder !== undefined && this.#lost === undefined) {
      if (this.#at > 0) queue.writeBuffer(this.#parameters, 0, this.#words, 0, this.#at / 4);
      if (this.#uploaded > 0) queue.writeBuffer(this.#uploads, 0, this.#staged, 0, this.#uploaded);
      queue.submit([this.#encoder.finish()]);
    }
    this.#encoder = undefined;
    this.#at = this.#uploaded = this.#recorded = 0;
    this.#recording++;
    for (const buffer of this.#outlived.splice(0)) buffer.destroy();
  }

  /** The encoder of the batch. */
  #open(): GPUCommandEncoder {
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = this.#last = undefined;
  }

  /** Writes parameters where the kernel will find them. */
  #place(values: readonly number[], types: Compiled["types"]): number {
    const bytes = Math.ceil(4 * values.length / ALIGNMENT) * ALIGNMENT;
    if (this.#at + bytes > PARAMETERS) this.submit();
    const offset = this.#at, first = offset / 4;
    for (let i = 0; i < values.length; i++) {
      const view = types[i] === "f32"
        ? this.#floats
        : types[i] === "i32"
        ? this.#integers
        : this.#words;
      view[first + i] = values[i];
    }
    this.#at += bytes;
    return offset;
  }

  #compile(key: string, kernel: Kernel): Compiled {
    const { bindings, pipeline: layout } = this.#layoutOf(kernel);
    const code = sourceOf(kernel), module = this.#device.createShaderModule({ label: key, code });
    const pipeline = this.#device.createComputePipeline({
      label: key,
      layout,
      compute: { module, entryPoint: "main" },
    });
    const types = kernel.params.map((x) => x.split(": ")[1] as "u32" | "i32" | "f32");
    const compiled = { pipeline, layout: bindings, types };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #layoutOf({ reads, writes }: Kernel): Layout {
    const key = `${reads.length},${writes.length}`, known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const storage = [...reads.map(() => "read-only-storage"), ...writes.map(() => "storage")];
    const bindings = this.#device.createBindGroupLayout({
      label: key,
      entries: [
        {
          binding: 0,
          visibility: COMPUTE_STAGE,
          buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: WINDOW },
        },
        ...storage.map((type, i) => ({
          binding: i + 1,
          visibility: COMPUTE_STAGE,
          buffer: { type: type as GPUBufferBindingType },
        })),
      ],
    });
    const pipeline = this.#device.createPipelineLayout({ bindGroupLayouts: [bindings] });
    const layout = { bindings, pipeline };
    this.#layouts.set(key, layout);
    return layout;
  }

  /** What a kernel is bound to; refuses what is more than it can be. */
  #part(key: string, array: Block | Part): Part {
    const most = this.mostBound;
    const part = "block" in array ? array : { block: array, begin: 0, size: array.used };
    if (part.size <= most) return part;
    throw new BackendError(
      `Cannot run ${key.split(" ")[0]} as the device takes ${most} bytes of a tensor at a time: ` +
        `current ${part.size}. Use smaller batches, or split the tensor`,
    );
  }

  #groupOf(layout: GPUBindGroupLayout, parts: readonly Part[]): GPUBindGroup {
    let key = layout.label;
    for (const { block, begin } of parts) {
      key += begin > 0 ? `,${block.id},@${begin}` : `,${block.id}`;
    }
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= GROUPS) this.#groups.clear();
      const most = this.mostBound;
      group = this.#device.createBindGroup({
        layout,
        entries: [
          { binding: 0, resource: { buffer: this.#parameters, offset: 0, size: WINDOW } },
          ...parts.map(({ block: { buffer, bytes }, begin }, i) => ({
            binding: i + 1,
            resource: { buffer, offset: begin, size: Math.min(bytes - begin, most) },
          })),
        ],
      });
      this.#groups.set(key, group);
    }
    return group;
  }

  /** A new buffer. That there is no room for it is known later. */
  #create(size: number): GPUBuffer {
    const most = this.limits.maxBufferSize, { inUse, limit } = this.pool;
    if (size > most || inUse + size > limit) {
      throw new BackendError(
        size > most
          ? `Cannot make a tensor of ${size} bytes as the device has buffers of ${most} at most: ` +
            `current ${size}`
          : `Cannot make a tensor of ${size} bytes as memory is limited to ${limit}: ` +
            `current ${inUse} in use. Give tensors back with tidy(), or use smaller batches`,
      );
    }
    this.#device.pushErrorScope("out-of-memory");
    const buffer = this.#device.createBuffer({ size, usage: STORAGE | COPY_SOURCE | COPY_TARGET });
    const scope = this.#device.popErrorScope().then((error) => {
      if (error === null) return;
      this.pool.forget(buffer);
      this.#fault ??= new BackendError(
        `Cannot make a tensor of ${size} bytes as the device has no room for it: current ${inUse} ` +
          "bytes in use. Give tensors back with tidy(), or use smaller batches",
      );
    }).catch(() => {}).finally(() => this.#pending.delete(scope));
    this.#pending.add(scope);
    return buffer;
  }

  /** Destroys a buffer once nothing recorded uses it. */
  #drop({ buffer, id, recording }: Block): void {
    // Bind groups with it are found by its number.
    const has = new RegExp(`,${id}(,|$)`);
    for (const key of this.#groups.keys()) if (has.test(key)) this.#groups.delete(key);
    if (recording === this.#recording) this.#outlived.push(buffer);
    else buffer.destroy();
  }
}
