// Operations on each element of one tensor; p and q are the operation's parameters.
import { map } from "./elementwise.as";

class Neg { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.neg(x); } }
export function neg(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Neg>(x, y, p, q, begin, end); }

class Square { @inline at(x: v128, _p: v128, _q: v128): v128 { return f32x4.mul(x, x); } }
export function square(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Square>(x, y, p, q, begin, end); }

class Tanh { @inline at(x: v128, _p: v128, _q: v128): v128 { return x; } }
export function tanh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Tanh>(x, y, p, q, begin, end); }
