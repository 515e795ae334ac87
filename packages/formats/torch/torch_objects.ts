/** What PyTorch's pickles are made of: storages, and tensors that are views of them. */
import { decodeValues } from "@neurite/nn";
import { DataError, formatShape } from "@neurite/tensor";
import { printable } from "@neurite/tensor/internal";
import { PickledName } from "./pickle.ts";

/** A parameter in a file. */
export interface StateTensor {
  /** Its sizes. */
  readonly shape: readonly number[];
  /** Its values, row-major. */
  read(): Float32Array | Int32Array;
}

/** The element types of storages: PyTorch's names, the names that safetensors has for them, bytes. */
const TYPES: readonly [storage: string, dtype: string, code: string, bytes: number][] = [
  ["FloatStorage", "float32", "F32", 4],
  ["DoubleStorage", "float64", "F64", 8],
  ["HalfStorage", "float16", "F16", 2],
  ["BFloat16Storage", "bfloat16", "BF16", 2],
  ["LongStorage", "int64", "I64", 8],
  ["IntStorage", "int32", "I32", 4],
  ["ShortStorage", "int16", "I16", 2],
  ["CharStorage", "int8", "I8", 1],
  ["ByteStorage", "uint8", "U8", 1],
  ["BoolStorage", "bool", "BOOL", 1],
];

/** Memory that tensors are views of. */
export class TorchStorage {
  /** The name of its file, or its number. */
  readonly key: string;
  /** PyTorch's name of its class: `torch.FloatStorage`. */
  readonly type: string;
  /** How many elements it has. */
  readonly size: number;
  /** Its bytes, once they are known. */
  bytes: Uint8Array | undefined;

  /** Used where a pickle refers to a storage. */
  constructor(key: string, type: string, size: number) {
    this.key = key;
    this.type = type;
    this.size = size;
  }

  /** The bytes of an element; `undefined` for a storage without a type, or one that is not known. */
  get elementBytes(): number | undefined {
    return TYPES.find(([name]) => `torch.${name}` === this.type)?.[3];
  }
}

/** A tensor: a view of a storage. */
export class TorchTensor implements StateTensor {
  readonly #storage: TorchStorage;
  readonly #offset: number;
  readonly #strides: readonly number[];
  readonly #dtype: string | undefined;
  /** Its sizes. */
  readonly shape: readonly number[];
  /** The file, for messages. */
  readonly file: string;

  /** The view of a storage; its element type is that of the storage, unless it is given. */
  constructor(
    file: string,
    storage: TorchStorage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    dtype?: string,
  ) {
    this.file = file;
    this.shape = shape;
    this.#storage = storage;
    this.#offset = offset;
    this.#strides = strides;
    this.#dtype = dtype;
  }

  /**
   * Its values; a view of the file where they stand there as they are.
   *
   * @throws {DataError} if the file has less than the tensor needs, or its element type is not known.
   */
  read(): Float32Array | Int32Array {
    const { shape } = this, strides = this.#strides, { type, bytes } = this.#storage;
    const known = TYPES.find(([storage, dtype]) =>
      this.#dtype === undefined ? `torch.${storage}` === type : `torch.${dtype}` === this.#dtype
    );
    if (known === undefined) {
      const expected = TYPES.map(([, dtype]) => dtype).join(", ");
      throw this.#fault("its element type must be known", expected, this.#dtype ?? type);
    }
    const [, , dtype, size] = known, count = shape.reduce((a, b) => a * b, 1);
    const room = (bytes?.length ?? 0) / size;
    const last = shape.reduce((sum, n, i) => sum + (n - 1) * strides[i], this.#offset);
    if (count > 0 && !(last < room)) {
      throw this.#fault("its storage must hold it", `${last + 1} elements`, `${Math.floor(room)}`);
    }
    if (count === 0) return new Float32Array();
    const decode = (from: number, to: number) => {
      const place = { file: this.file, name: this.#storage.key, dtype, offset: from * size };
      return decodeValues(place, bytes!.subarray(from * size, to * size));
    };
    if (isContiguous(shape, strides)) return decode(this.#offset, this.#offset + count);
    return gathered(decode(this.#offset, last + 1), shape, strides, count);
  }

  #fault(rule: string, expected: string, found: string): DataError {
    return new DataError(
      `Cannot read a tensor ${formatShape(this.shape)} of ${this.file} as ${rule}: current ` +
        `${printable(found)}, expected ${expected}`,
      { file: this.file, expected, found },
    );
  }
}

/** Whether elements stand one after the other. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

/** Elements that stand so far apart, one after the other. */
function gathered<T extends Float32Array | Int32Array>(
  values: T,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): T {
  const out = values instanceof Float32Array ? new Float32Array(count) : new Int32Array(count);
  const place = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < count; i++) {
    out[i] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return out as T;
}

/** What `torch.save` calls, and what becomes of it here; `undefined` for anything else. */
export function rebuild(name: string, args: readonly unknown[], file: string): unknown {
  switch (name) {
    case "collections.OrderedDict": {
      const pairs = Array.isArray(args[0]) ? args[0] : [];
      return new Map(pairs.filter(Array.isArray) as [unknown, unknown][]);
    }
    case "torch.Size":
      return args[0];
    case "torch._utils._rebuild_parameter":
    case "torch._utils._rebuild_parameter_with_state":
      return args[0];
    case "torch._utils._rebuild_tensor":
    case "torch._utils._rebuild_tensor_v2":
      return tensorOf(args, file);
    case "torch._utils._rebuild_tensor_v3":
      return tensorOf(args, file, args[6]);
    // A subclass of tensors: what makes the tensor, its class, the arguments, its attributes.
    case "torch._tensor._rebuild_from_type_v2":
      return args[0] instanceof PickledName && Array.isArray(args[2])
        ? rebuild(args[0].name, args[2], file)
        : undefined;
  }
}

/** The tensor of a storage, an offset, sizes and strides. */
function tensorOf(
  [storage, offset, sizes, strides]: readonly unknown[],
  file: string,
  dtype?: unknown,
): TorchTensor {
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && n as number >= 0;
  const areCounts = (list: unknown): list is number[] => Array.isArray(list) && list.every(isCount);
  if (
    storage instanceof TorchStorage && isCount(offset) && areCounts(sizes) && areCounts(strides) &&
    sizes.length === strides.length && sizes.length <= MOST_AXES &&
    (dtype === undefined || dtype instanceof PickledName)
  ) {
    return new TorchTensor(file, storage, offset, sizes, strides, dtype?.name);
  }
  throw new DataError(
    `Cannot read ${file} as its tensors must have a storage, an offset, sizes and strides: current ` +
      "other ones. It is damaged",
    { file, expected: "a storage, an offset, sizes and strides", found: "other arguments" },
  );
}

/** Axes of a tensor: PyTorch has none with more. */
const MOST_AXES = 64;
