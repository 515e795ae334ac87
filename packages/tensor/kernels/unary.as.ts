// Operations on each element of one tensor; p and q are the operation's parameters.
import { map } from "./elementwise.as";
import { exp4, log1p4, log4, positivePart, sigmoid4, softplus4, tanh4 } from "./math.as";

class Neg { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.neg(x); } }
export function neg(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Neg>(x, y, p, q, begin, end); }

class Square { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.mul(x, x); } }
export function square(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Square>(x, y, p, q, begin, end); }

class Exp { @inline at(x: v128, _p: v128, _q: v128): v128 { return exp4(x); } }
export function exp(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Exp>(x, y, p, q, begin, end); }

class Relu { @inline at(x: v128, _p: v128, _q: v128): v128 { return positivePart(x); } }
export function relu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Relu>(x, y, p, q, begin, end); }

class Sigmoid { @inline at(x: v128, _p: v128, _q: v128): v128 { return sigmoid4(x); } }
export function sigmoid(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sigmoid>(x, y, p, q, begin, end); }

class Tanh { @inline at(x: v128, _p: v128, _q: v128): v128 { return tanh4(x); } }
export function tanh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Tanh>(x, y, p, q, begin, end); }

class Sqrt { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.sqrt(x); } }
export function sqrt(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sqrt>(x, y, p, q, begin, end); }

class Abs { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.abs(x); } }
export function abs(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Abs>(x, y, p, q, begin, end); }

class Step { @inline at(x: v128, _p: v128, _q: v128): v128 { return v128.and(f32x4.ge(x, f32x4.splat(0)), f32x4.splat(1)); } }
export function step(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Step>(x, y, p, q, begin, end); }

class Log { @inline at(x: v128, _p: v128, _q: v128): v128 { return log4(x); } }
export function log(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Log>(x, y, p, q, begin, end); }

class Log1p { @inline at(x: v128, _p: v128, _q: v128): v128 { return log1p4(x); } }
export function log1p(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Log1p>(x, y, p, q, begin, end); }

class Softplus { @inline at(x: v128, _p: v128, _q: v128): v128 { return softplus4(x); } }
export function softplus(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Softplus>(x, y, p, q, begin, end); }

class Sign { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.sub(v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1)), v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(1))); } }
export function sign(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sign>(x, y, p, q, begin, end); }
