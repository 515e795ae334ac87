/** Adding up gradients over the ranks while others are still computed. */
import type { Sums } from "@neurite/nn";
import type { Tensor } from "@neurite/tensor";
import { valuesInPlace } from "@neurite/tensor/internal";
import type { Mpi, Request } from "./mpi/mpi.ts";

/** A tensor in a bucket. */
interface Place {
  readonly x: Tensor;
  readonly at: number;
}

/** The sums of one process. */
const ALONE: Sums = { add: () => {}, finish: () => {} };

/** Small tensors that are added up by one message. */
interface Bucket {
  readonly numbers: Float32Array;
  readonly places: Place[];
  length: number;
}

/**
 * Adds tensors up over all ranks, in place. A large one is sent as it is, from the memory in which it
 * was computed; small ones are put together in buckets, each of which is sent when it is full, as one
 * message costs as much time as thousands of numbers. Nobody waits before the end; meanwhile every tensor
 * that is added lets MPI go on. The buckets keep their memory from step to step.
 */
export class Buckets {
  readonly #mpi: Mpi;
  readonly #size: number;
  readonly #free: Float32Array[] = [];

  /** Buckets of so many bytes. */
  constructor(mpi: Mpi, bytes: number) {
    this.#mpi = mpi;
    this.#size = bytes / 4;
  }

  /** Begins a round. */
  addUp(): Sums {
    if (this.#mpi.size === 1) return ALONE;
    const mpi = this.#mpi, size = this.#size, requests: Request[] = [], buckets: Bucket[] = [];
    let open: Bucket | undefined;
    const send = (numbers: Float32Array): void => {
      requests.push(mpi.startAllReduce(numbers, "sum"));
    };
    const add = (x: Tensor): void => {
      for (const request of requests) mpi.test(request);
      const values = valuesInPlace(x) as Float32Array | undefined;
      if (values !== undefined && x.size >= size) return send(values);
      if (open !== undefined && open.length + x.size > open.numbers.length) {
        send(open.numbers.subarray(0, open.length));
        open = undefined;
      }
      if (open === undefined) {
        const numbers = this.#take(Math.max(size, x.size));
        buckets.push(open = { numbers, places: [], length: 0 });
      }
      open.numbers.set(values ?? x.dataSync() as Float32Array, open.length);
      open.places.push({ x, at: open.length });
      open.length += x.size;
    };
    const finish = (): void => {
      // Nothing is left to be computed meanwhile: the quicker kind of message.
      if (open !== undefined) mpi.allReduce(open.numbers.subarray(0, open.length), "sum");
      for (const request of requests) mpi.wait(request);
      for (const { numbers, places } of buckets) {
        for (const { x, at } of places) write(x, numbers.subarray(at, at + x.size));
        this.#free.push(numbers);
      }
    };
    return { add, finish };
  }

  /** Memory for at least so many numbers. */
  #take(size: number): Float32Array {
    const at = this.#free.findIndex(({ length }) => length >= size);
    return at < 0 ? new Float32Array(size) : this.#free.splice(at, 1)[0];
  }
}

function write(x: Tensor, numbers: Float32Array): void {
  const values = valuesInPlace(x);
  if (values === undefined) x.overwrite(numbers);
  else values.set(numbers);
}
