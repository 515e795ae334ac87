// Operations on each element of one tensor; p and q are the operation's parameters.
import { map } from "./elementwise.as";
import { erf4, gelu4 } from "./erf.as";
import {
  choose, constant, exp4, expm1Negative4, log1p4, log4, ONE, positivePart, sigmoid4, softplus4, tanh4, withSign,
} from "./math.as";
import { cos4, sin4 } from "./sine.as";

/** Where x is above 0. */
@inline
function positive(x: v128): v128 { return f32x4.gt(x, f32x4.splat(0)); }

/** The scale of selu, and that times its alpha (Klambauer et al., 2017). */
const SELU: usize = memory.data<f32>([1.0507009873554805, 1.7580993408473766]);

class Neg { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.neg(x); } }
export function neg(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Neg>(x, y, p, q, begin, end); }

class Abs { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.abs(x); } }
export function abs(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Abs>(x, y, p, q, begin, end); }

class Square { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.mul(x, x); } }
export function square(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Square>(x, y, p, q, begin, end); }

class Sqrt { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.sqrt(x); } }
export function sqrt(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sqrt>(x, y, p, q, begin, end); }

class Exp { @inline at(x: v128, _p: v128, _q: v128): v128 { return exp4(x); } }
export function exp(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Exp>(x, y, p, q, begin, end); }

class Log { @inline at(x: v128, _p: v128, _q: v128): v128 { return log4(x); } }
export function log(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Log>(x, y, p, q, begin, end); }

class Log1p { @inline at(x: v128, _p: v128, _q: v128): v128 { return log1p4(x); } }
export function log1p(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Log1p>(x, y, p, q, begin, end); }

class Sin { @inline at(x: v128, _p: v128, _q: v128): v128 { return sin4(x); } }
export function sin(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sin>(x, y, p, q, begin, end); }

class Cos { @inline at(x: v128, _p: v128, _q: v128): v128 { return cos4(x); } }
export function cos(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Cos>(x, y, p, q, begin, end); }

class Tanh { @inline at(x: v128, _p: v128, _q: v128): v128 { return tanh4(x); } }
export function tanh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Tanh>(x, y, p, q, begin, end); }

class Erf { @inline at(x: v128, _p: v128, _q: v128): v128 { return erf4(x); } }
export function erf(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Erf>(x, y, p, q, begin, end); }

class Sigmoid { @inline at(x: v128, _p: v128, _q: v128): v128 { return sigmoid4(x); } }
export function sigmoid(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sigmoid>(x, y, p, q, begin, end); }

class Softplus { @inline at(x: v128, _p: v128, _q: v128): v128 { return softplus4(x); } }
export function softplus(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Softplus>(x, y, p, q, begin, end); }

class Gelu { @inline at(x: v128, _p: v128, _q: v128): v128 { return gelu4(x); } }
export function gelu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Gelu>(x, y, p, q, begin, end); }

class Relu { @inline at(x: v128, _p: v128, _q: v128): v128 { return positivePart(x); } }
export function relu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Relu>(x, y, p, q, begin, end); }

class LeakyRelu { @inline at(x: v128, p: v128, _q: v128): v128 { return choose(positive(x), x, f32x4.mul(p, x)); } }
export function leakyRelu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<LeakyRelu>(x, y, p, q, begin, end); }

class Elu { @inline at(x: v128, p: v128, _q: v128): v128 { return choose(positive(x), x, f32x4.mul(p, expm1Negative4(x))); } }
export function elu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Elu>(x, y, p, q, begin, end); }

class Selu {
  @inline at(x: v128, _p: v128, _q: v128): v128 {
    return choose(positive(x), f32x4.mul(x, constant(SELU, 0)), f32x4.mul(expm1Negative4(x), constant(SELU, 1)));
  }
}
export function selu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Selu>(x, y, p, q, begin, end); }

class Step {
  @inline at(x: v128, _p: v128, _q: v128): v128 {
    // All bits set is NaN, which stays.
    return v128.or(v128.and(f32x4.ge(x, f32x4.splat(0)), constant(ONE, 0)), f32x4.ne(x, x));
  }
}
export function step(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Step>(x, y, p, q, begin, end); }

class Sign {
  @inline at(x: v128, _p: v128, _q: v128): v128 {
    // 0 and NaN stay as they are.
    const zero = f32x4.splat(0), other = v128.or(f32x4.lt(x, zero), f32x4.gt(x, zero));
    return choose(other, withSign(constant(ONE, 0), x), x);
  }
}
export function sign(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sign>(x, y, p, q, begin, end); }

class Clip { @inline at(x: v128, p: v128, q: v128): v128 { return f32x4.pmin(f32x4.pmax(x, p), q); } }
export function clip(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Clip>(x, y, p, q, begin, end); }

class Floor { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.floor(x); } }
export function floor(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Floor>(x, y, p, q, begin, end); }

class Ceil { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.ceil(x); } }
export function ceil(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Ceil>(x, y, p, q, begin, end); }

class Round { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.nearest(x); } }
export function round(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Round>(x, y, p, q, begin, end); }
