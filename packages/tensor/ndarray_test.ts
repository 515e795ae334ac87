import { assert, assertEquals } from "@std/assert";
// @ts-types="npm:@types/ndarray@1.1.0"
import nd, { type NdArray as Foreign } from "npm:ndarray@1.1.1";
// @ts-types="npm:@types/ndarray-ops@1.2.7"
import ops from "npm:ndarray-ops@1.2.2";
import { add, type NdArray, ndarray, Rng, rowMajor, sum, tensor, type TypedArray } from "./mod.ts";

const ELEMENT_TYPES = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
];

/** Everything that can be seen of an array, element by element. */
function seen(x: NdArray | Foreign<TypedArray>): unknown {
  const places = x.shape.reduce<number[][]>(
    (all, n) => all.flatMap((at) => Array.from({ length: n }, (_, i) => [...at, i])),
    [[]],
  );
  return {
    shape: [...x.shape],
    stride: [...x.stride],
    offset: x.offset,
    size: x.size,
    dimension: x.dimension,
    dtype: x.dtype,
    index: places.map((at) => x.index(...at)),
    values: places.map((at) => x.get(...at)),
  };
}

Deno.test("an array and its views are those of npm:ndarray, for every element type", () => {
  const rng = new Rng(1);
  for (const Type of ELEMENT_TYPES) {
    for (const shape of [[], [6], [2, 3], [4, 1, 3], [2, 3, 2, 2], [2, 0, 3]]) {
      const size = shape.reduce((product, n) => product * n, 1);
      const data = Type.from([...Array(size).keys()]);
      let ours: NdArray = ndarray(data, shape), theirs: Foreign<TypedArray> = nd(data, [...shape]);
      assertEquals(seen(ours), seen(theirs));
      for (let turn = 0; turn < 6; turn++) {
        const axes = [...rng.permutation(ours.dimension)];
        const steps = ours.shape.map(() => [1, 2, -1, -2][rng.integer(4)]);
        const bounds = ours.shape.map((n) => n > 1 ? 1 + rng.integer(n - 1) : -1);
        ours = ours.transpose(...axes).step(...steps);
        theirs = theirs.transpose(...axes).step(...steps);
        assertEquals(seen(ours), seen(theirs));
        assertEquals(seen(ours.hi(...bounds)), seen(theirs.hi(...bounds)));
        if (turn % 2 === 0) continue;
        ours = ours.lo(...bounds.map((n) => n > 1 ? 1 : -1));
        theirs = theirs.lo(...bounds.map((n) => n > 1 ? 1 : -1));
        assertEquals(seen(ours), seen(theirs));
      }
      const picked = ours.shape.map((n, axis) => n > 0 && axis % 2 === 0 ? n - 1 : null);
      // Of an array without axes npm:ndarray picks one that is not there.
      if (shape.length > 0) assertEquals(seen(ours.pick(...picked)), seen(theirs.pick(...picked)));
    }
  }
});

Deno.test("order lists the axes by their strides", () => {
  for (const order of [[0], [1, 0], [2, 0, 1], [1, 2, 0], [3, 1, 0, 2]]) {
    const shape = order.map((axis) => 2 + axis), data = new Float32Array(720);
    const ours = ndarray(data, shape).transpose(...order);
    assertEquals(ours.order, nd(data, shape).transpose(...order).order);
  }
  assertEquals(ndarray(new Float32Array(6), [2, 3]).T.shape, [3, 2]);
});

Deno.test("given strides without an offset, negative ones begin at the end, as in npm:ndarray", () => {
  const data = Float32Array.of(0, 1, 2, 3, 4, 5);
  for (const stride of [[3, 1], [-3, 1], [3, -1], [-3, -1]]) {
    assertEquals(seen(ndarray(data, [2, 3], stride)), seen(nd(data, [2, 3], stride)));
  }
});

Deno.test("set writes where get reads, and views share the data", () => {
  const x = ndarray(new Float32Array(6), [2, 3]), column = x.pick(null, 1);
  assertEquals(x.set(1, 1, 7), 7);
  assertEquals([column.get(1), x.data[4]], [7, 7]);
  const number = ndarray(new Float32Array(1), []);
  number.set(3);
  assertEquals(number.get(), 3);
});

Deno.test("arrays of npm:ndarray go in, with any strides", () => {
  const x = nd(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
  for (
    const view of [x, x.transpose(1, 0), x.step(-1, 2), x.lo(0, 1), x.hi(1, 2), x.pick(1, null)]
  ) {
    const values: number[] = [];
    for (let i = 0; i < view.shape[0]; i++) {
      if (view.dimension === 1) values.push(view.get(i));
      else for (let j = 0; j < view.shape[1]; j++) values.push(view.get(i, j));
    }
    const t = tensor(view);
    assertEquals([t.shape, [...t.dataSync()]], [view.shape, values]);
    assertEquals([...Array.from(rowMajor(view))], values);
  }
  assertEquals(add(x, 1).array(), [[2, 3, 4], [5, 6, 7]]);
  assertEquals(sum(nd(Uint8Array.of(200, 100))).item(), 300);
});

Deno.test("what comes out is worked on by packages made for npm:ndarray", () => {
  const x = add([[1, 2, 3], [4, 5, 6]], 10).toNdarray() as NdArray<Float32Array>;
  const doubled = ndarray(new Float32Array(6), [2, 3]);
  ops.muls(doubled, x.transpose(1, 0).transpose(1, 0), 2);
  assertEquals([...doubled.data], [22, 24, 26, 28, 30, 32]);
  ops.assign(doubled, x.step(-1, -1));
  assertEquals([...doubled.data], [16, 15, 14, 13, 12, 11]);
  assertEquals([ops.sum(x), ops.sup(x), ops.inf(x.pick(1, null))], [81, 16, 14]);
  assert(ops.equals(x, nd(new Float32Array([11, 12, 13, 14, 15, 16]), [2, 3])));
});

Deno.test("both kinds of array are of one type", () => {
  const theirs: Foreign<Float32Array> = ndarray(new Float32Array(2));
  const ours: NdArray<Float32Array> = nd(new Float32Array(2));
  assertEquals([theirs.dtype, ours.dtype], ["float32", "float32"]);
});
