/** Attention, and the rotation of vectors by their positions that goes with it. */
import {
  add,
  broadcastTo,
  concat,
  div,
  equal,
  expandDims,
  gather,
  greaterEqual,
  less,
  lessEqual,
  matmul,
  max,
  mul,
  pad,
  reshape,
  slice,
  softmax,
  sub,
  tanh,
  type Tensor,
  transpose,
  where,
} from "@neurite/tensor";
import { type Call, type Made, type Operators, unsupported } from "../call.ts";

/** `[batch, time, heads * size]` as `[batch, heads, time, size]`; four axes stay as they are. */
function inHeads(x: Tensor, heads: number): Tensor {
  if (x.rank === 4) return x;
  const [batch, time, width] = x.shape;
  return transpose(reshape(x, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each head of keys or values as often as there are heads of queries for it. */
function repeated(x: Tensor, heads: number): Tensor {
  const [batch, own, time, size] = x.shape;
  if (own === heads) return x;
  const wide = broadcastTo(expandDims(x, 2), [batch, own, heads / own, time, size]);
  return reshape(wide, [batch, heads, time, size]);
}

/** 0 where something is allowed, minus infinity where it is not: added before softmax. */
function biasOf(allowed: Tensor): Tensor {
  return where(allowed, 0, -Infinity);
}

/** Which keys a query sees, as what is added to the scores; `undefined` where it sees all. */
function bias(call: Call, queries: number, keys: number, past: number): Tensor | undefined {
  const { attributes } = call, parts: Tensor[] = [];
  if (call.has(3)) {
    const given = call.tensor(3), missing = keys - given.shape[given.rank - 1];
    const mask = call.type(3) === "bool" ? biasOf(given) : given;
    const around = mask.shape.map((_, i) => [0, i === mask.rank - 1 ? missing : 0] as const);
    parts.push(missing > 0 ? pad(mask, around, -Infinity) : mask);
  }
  const lengths = call.has(6) ? reshape(call.tensor(6), [call.value(6).size, 1, 1, 1]) : undefined;
  const row = (n: number, shape: number[]) =>
    call.host({ type: "int32", shape, values: Int32Array.from({ length: n }, (_, i) => i) });
  const key = row(keys, [1, keys]);
  // Where a query stands among the keys: behind those that were there before.
  const before = lengths !== undefined && !call.has(4) ? sub(lengths, queries) : past;
  const place = add(row(queries, [queries, 1]), before);
  const right = attributes.int("is_causal", 0) === 1 ? 0 : -1;
  const sides = [
    [attributes.int("left_window_size", -1), attributes.int("right_window_size", -1)],
    [-1, right],
  ];
  for (const [behind, ahead] of sides) {
    if (behind >= 0) parts.push(biasOf(greaterEqual(key, sub(place, behind))));
    if (ahead >= 0) parts.push(biasOf(lessEqual(key, add(place, ahead))));
  }
  if (lengths !== undefined) parts.push(biasOf(less(key, lengths)));
  return parts.length === 0 ? undefined : parts.reduce((a, b) => add(a, b));
}

/** `softmax(scale Q K^T + bias) V` for each head; a query that sees no key gives zeros. */
function attention(call: Call): Made[] {
  const { attributes } = call, flat = call.shape(0).length === 3;
  const heads = attributes.int("q_num_heads", call.shape(0)[1]);
  const own = attributes.int("kv_num_heads", call.shape(1)[1]);
  const q = inHeads(call.tensor(0), heads), fresh = [1, 2].map((i) => inHeads(call.tensor(i), own));
  const [k, v] = fresh.map((x, i) => call.has(4 + i) ? concat([call.tensor(4 + i), x], 2) : x);
  const [batch, , queries, size] = q.shape, keys = k.shape[2], past = keys - fresh[0].shape[2];
  const scale = Math.sqrt(attributes.float("scale", 1 / Math.sqrt(size))),
    cap = attributes.float("softcap", 0);
  const raw = matmul(mul(q, scale), mul(repeated(k, heads), scale), { transposeB: true });
  const capped = cap > 0 ? mul(tanh(div(raw, cap)), cap) : raw;
  const added = bias(call, queries, keys, past);
  const blind = added && equal(max(added, { axis: -1, keepDims: true }), -Infinity);
  const scores = added === undefined ? capped : add(capped, added);
  const open = added === undefined ? scores : add(capped, where(blind!, 0, added));
  const weights = added === undefined ? softmax(open) : where(blind!, 0, softmax(open));
  const y = matmul(weights, repeated(v, heads));
  const output = flat
    ? reshape(transpose(y, [0, 2, 1, 3]), [batch, queries, heads * y.shape[3]])
    : y;
  const mode = attributes.int("qk_matmul_output_mode", 0);
  return [
    output,
    k,
    v,
    [raw, capped, scores, weights][mode] ?? unsupported(`Attention, mode ${mode}`),
  ];
}

/** Pairs of numbers turned by an angle each, `[cos -sin; sin cos]`. */
function rotaryEmbedding(call: Call): Made {
  const { attributes } = call, given = call.tensor(0), flat = given.rank === 3;
  const x = inHeads(given, attributes.int("num_heads", 1)), [batch, heads, time, size] = x.shape;
  const turned = attributes.int("rotary_embedding_dim", 0) || size, half = turned / 2;
  const angles = [1, 2].map((i) => {
    const table = call.tensor(i), found = call.has(3) ? gather(table, call.tensor(3), 0) : table;
    return expandDims(found, 1); // The same for all heads.
  });
  const part = (from: number, count: number) =>
    slice(x, [0, 0, 0, from], [batch, heads, time, count]);
  const interleaved = attributes.int("interleaved", 0) === 1;
  const pairs = interleaved
    ? reshape(part(0, turned), [batch, heads, time, half, 2])
    : transpose(reshape(part(0, turned), [batch, heads, time, 2, half]), [0, 1, 2, 4, 3]);
  const [a, b] = [0, 1].map((i) => reshape(gather(pairs, [i], 4), [batch, heads, time, half]));
  const [cos, sin] = angles;
  const parts = [sub(mul(cos, a), mul(sin, b)), add(mul(sin, a), mul(cos, b))];
  const joined = interleaved
    ? reshape(concat(parts.map((y) => expandDims(y, 4)), 4), [batch, heads, time, turned])
    : concat(parts, 3);
  const y = turned === size ? joined : concat([joined, part(turned, size - turned)], 3);
  return flat ? reshape(transpose(y, [0, 2, 1, 3]), given.shape) : y;
}

/** The operators of this file. */
export const attending: Operators = {
  Attention: {
    attributes: [
      "is_causal",
      "kv_num_heads",
      "left_window_size",
      "q_num_heads",
      "qk_matmul_output_mode",
      "right_window_size",
      "scale",
      "softcap",
      "softmax_precision",
    ],
    run: attention,
  },
  RotaryEmbedding: {
    attributes: ["interleaved", "num_heads", "rotary_embedding_dim"],
    run: rotaryEmbedding,
  },
};
