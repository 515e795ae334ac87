/** The values between the nodes of a graph: tensors, or numbers on the host. */
import { type Backend, DataError, keep, Tensor, transpose } from "@neurite/tensor";
import { ELEMENT_TYPES, type ElementName, type HostTensor } from "../proto/elements.ts";

/** An order of axes: axis `i` of a transposed tensor is axis `order[i]` of the other. */
export type Order = readonly number[];

/** The order that puts the channels, axis 1, last: from `[n, channels, ...sizes]` to ours. */
export function channelsLast(rank: number): Order {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/** From `[outputs, inputs, ...sizes]` to `[...sizes, inputs, outputs]`, the layout of our filters. */
export function filtersLast(rank: number): Order {
  return [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1, 0];
}

/** The order that undoes another. */
export function inverse(order: Order): Order {
  return order.map((_, i) => order.indexOf(i));
}

/** Whether two orders are the same. */
export function sameOrder(a: Order | undefined, b: Order | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.join() === b.join());
}

/**
 * A value of a graph. Its tensor may lie in memory in another order of axes than the graph has it in:
 * results of convolutions have their channels last until somebody asks for them otherwise.
 */
export class Value {
  /** The element type that the graph gives it. */
  readonly type: ElementName;
  /** The shape that the graph gives it. */
  readonly shape: readonly number[];
  readonly #made = new Map<string, Tensor>();
  readonly #host: ArrayLike<number> | undefined;
  readonly #constant: boolean;
  #tensor: Tensor | undefined;
  /** The order in which the tensor has the axes of the graph; `undefined` for the same. */
  readonly order: Order | undefined;

  private constructor(
    type: ElementName,
    shape: readonly number[],
    source: { tensor?: Tensor; order?: Order | undefined; host?: ArrayLike<number> },
    constant = false,
  ) {
    this.type = type;
    this.shape = shape;
    this.order = source.order;
    this.#tensor = source.tensor;
    this.#host = source.host;
    this.#constant = constant;
  }

  /**
   * A value whose numbers are those of a tensor, which has its axes in another order where one is given;
   * `host` are its numbers where they are known.
   */
  static of(tensor: Tensor, type: ElementName, order?: Order, host?: ArrayLike<number>): Value {
    const shape = order === undefined ? tensor.shape : inverse(order).map((i) => tensor.shape[i]);
    return new Value(type, shape, { tensor, order, ...host && { host } });
  }

  /** Numbers on the host; those of a constant stay on the device once they were needed there. */
  static host({ type, shape, values }: HostTensor, constant = false): Value {
    return new Value(type, shape, { host: values }, constant);
  }

  /** The tensor that it was made of, if there is one. */
  get tensor(): Tensor | undefined {
    return this.#tensor;
  }

  /** The number of elements. */
  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }

  /** The numbers on the host, row-major; an error where a device has to be awaited. */
  numbers(): ArrayLike<number> {
    return this.#host ?? this.inOrder(undefined, this.#tensor!.backend).dataSync();
  }

  /** The value as a tensor on a backend, with its axes in an order. */
  inOrder(order: Order | undefined, backend: Backend): Tensor {
    if (this.#tensor?.backend === backend && sameOrder(order, this.order)) return this.#tensor;
    if (order === undefined) {
      return this.#tensor?.backend === backend
        ? transpose(this.#tensor, inverse(this.order!))
        : this.#written(backend);
    }
    return transpose(this.inOrder(undefined, backend), order);
  }

  /** The numbers of the host on a backend. */
  #written(backend: Backend): Tensor {
    const found = this.#made.get(backend.name);
    if (found !== undefined && !found.disposed && found.backend === backend) return found;
    const { dtype } = ELEMENT_TYPES[this.type], values = this.numbers();
    if (dtype === "int32") checkFits(values);
    const tensor = new Tensor(backend, backend.write(values, dtype), this.shape, dtype);
    if (this.#constant) this.#made.set(backend.name, keep(tensor));
    return tensor;
  }
}

/** Refuses integers that 32 bits do not hold. */
function checkFits(values: ArrayLike<number>): void {
  if (values instanceof Int32Array) return;
  for (let i = 0; i < values.length; i++) {
    if ((values[i] | 0) === values[i]) continue;
    throw new DataError(
      `Cannot compute with integers as they must fit into 32 bits: current ${values[i]}`,
    );
  }
}
