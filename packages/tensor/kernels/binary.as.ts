// Operations on the corresponding elements of two tensors.
import { zip, zipRows } from "./elementwise.as";
import { constant, ONE } from "./math.as";
import { pow4 } from "./pow.as";

/** 1 where a mask is set, else 0. */
@inline
function one(mask: v128): v128 { return v128.and(mask, constant(ONE, 0)); }

class Add { @inline at(a: v128, b: v128): v128 { return f32x4.add(a, b); } }
export function add(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Add>(a, b, y, sa, sb, begin, end); }
export function addRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Add>(a, b, y, meta, begin, end); }

class Sub { @inline at(a: v128, b: v128): v128 { return f32x4.sub(a, b); } }
export function sub(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Sub>(a, b, y, sa, sb, begin, end); }
export function subRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Sub>(a, b, y, meta, begin, end); }

class Mul { @inline at(a: v128, b: v128): v128 { return f32x4.mul(a, b); } }
export function mul(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Mul>(a, b, y, sa, sb, begin, end); }
export function mulRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Mul>(a, b, y, meta, begin, end); }

class Div { @inline at(a: v128, b: v128): v128 { return f32x4.div(a, b); } }
export function div(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Div>(a, b, y, sa, sb, begin, end); }
export function divRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Div>(a, b, y, meta, begin, end); }

class Pow { @inline at(a: v128, b: v128): v128 { return pow4(a, b); } }
export function pow(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Pow>(a, b, y, sa, sb, begin, end); }
export function powRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Pow>(a, b, y, meta, begin, end); }

class Maximum { @inline at(a: v128, b: v128): v128 { return f32x4.max(a, b); } }
export function maximum(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Maximum>(a, b, y, sa, sb, begin, end); }
export function maximumRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Maximum>(a, b, y, meta, begin, end); }

class Minimum { @inline at(a: v128, b: v128): v128 { return f32x4.min(a, b); } }
export function minimum(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Minimum>(a, b, y, sa, sb, begin, end); }
export function minimumRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Minimum>(a, b, y, meta, begin, end); }

class Equal { @inline at(a: v128, b: v128): v128 { return one(f32x4.eq(a, b)); } }
export function equal(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Equal>(a, b, y, sa, sb, begin, end); }
export function equalRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Equal>(a, b, y, meta, begin, end); }

class NotEqual { @inline at(a: v128, b: v128): v128 { return one(f32x4.ne(a, b)); } }
export function notEqual(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<NotEqual>(a, b, y, sa, sb, begin, end); }
export function notEqualRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<NotEqual>(a, b, y, meta, begin, end); }

class Greater { @inline at(a: v128, b: v128): v128 { return one(f32x4.gt(a, b)); } }
export function greater(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Greater>(a, b, y, sa, sb, begin, end); }
export function greaterRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Greater>(a, b, y, meta, begin, end); }

class GreaterEqual { @inline at(a: v128, b: v128): v128 { return one(f32x4.ge(a, b)); } }
export function greaterEqual(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<GreaterEqual>(a, b, y, sa, sb, begin, end); }
export function greaterEqualRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<GreaterEqual>(a, b, y, meta, begin, end); }

class Less { @inline at(a: v128, b: v128): v128 { return one(f32x4.lt(a, b)); } }
export function less(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Less>(a, b, y, sa, sb, begin, end); }
export function lessRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Less>(a, b, y, meta, begin, end); }

class LessEqual { @inline at(a: v128, b: v128): v128 { return one(f32x4.le(a, b)); } }
export function lessEqual(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<LessEqual>(a, b, y, sa, sb, begin, end); }
export function lessEqualRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<LessEqual>(a, b, y, meta, begin, end); }

class ReluGradient { @inline at(dy: v128, y: v128): v128 { return v128.and(dy, f32x4.gt(y, f32x4.splat(0))); } }
export function reluGradient(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<ReluGradient>(a, b, y, sa, sb, begin, end); }
export function reluGradientRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<ReluGradient>(a, b, y, meta, begin, end); }

class SigmoidGradient { @inline at(dy: v128, y: v128): v128 { return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(constant(ONE, 0), y)); } }
export function sigmoidGradient(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<SigmoidGradient>(a, b, y, sa, sb, begin, end); }
export function sigmoidGradientRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<SigmoidGradient>(a, b, y, meta, begin, end); }

class TanhGradient { @inline at(dy: v128, y: v128): v128 { return f32x4.mul(dy, f32x4.sub(constant(ONE, 0), f32x4.mul(y, y))); } }
export function tanhGradient(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<TanhGradient>(a, b, y, sa, sb, begin, end); }
export function tanhGradientRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<TanhGradient>(a, b, y, meta, begin, end); }

/** The remainder of a by b, exact, with the sign of b. */
function remainder(a: f32, b: f32): f32 {
  const r = a % b;
  if (r == 0) return copysign<f32>(0, b);
  return (r < 0) != (b < 0) ? r + b : r;
}

function mod4(a: v128, b: v128): v128 {
  let y = f32x4.splat(remainder(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, remainder(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, remainder(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  return f32x4.replace_lane(y, 3, remainder(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
}

class Mod { @inline at(a: v128, b: v128): v128 { return mod4(a, b); } }
export function mod(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Mod>(a, b, y, sa, sb, begin, end); }
export function modRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Mod>(a, b, y, meta, begin, end); }
