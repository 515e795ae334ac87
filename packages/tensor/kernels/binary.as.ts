// Operations on the corresponding elements of two tensors.
import { zip, zipRows } from "./elementwise.as";

class Add { @inline at(a: v128, b: v128): v128 { return f32x4.add(a, b); } }
export function add(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Add>(a, b, y, sa, sb, begin, end); }
export function addRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Add>(a, b, y, meta, begin, end); }

class Sub { @inline at(a: v128, b: v128): v128 { return f32x4.sub(a, b); } }
export function sub(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Sub>(a, b, y, sa, sb, begin, end); }
export function subRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Sub>(a, b, y, meta, begin, end); }

class Mul { @inline at(a: v128, b: v128): v128 { return f32x4.mul(a, b); } }
export function mul(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<Mul>(a, b, y, sa, sb, begin, end); }
export function mulRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<Mul>(a, b, y, meta, begin, end); }
