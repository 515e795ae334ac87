/**
 * Functions of WGSL that kernels name, and get with all that these name in turn.
 *
 * WGSL promises little of its own: an error of 3 + 2 |x| units for `exp`, of 2^-11 for `sin`, none at all
 * where a number is NaN or infinite. So the functions here are made of additions, multiplications,
 * divisions and integers, and are off by as little on every device. A compiler may reorder sums: nothing
 * here lives on what is lost in rounding. NaN is told by its bits.
 */
import { DOUBLES } from "./doubles.ts";
import { ERROR_FUNCTION } from "./error_function.ts";
import { EXPONENTIALS } from "./exponentials.ts";
import { POWER } from "./power.ts";
import { RANDOM } from "./random.ts";
import { TRIGONOMETRY } from "./trigonometry.ts";

/** NaN, infinities and signs by their bits, and what depends on them. */
const NUMBERS: Readonly<Record<string, string>> = {
  isNan: `fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  isZero: `fn isZero(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0u; }`,
  // Of a variable, as a constant must be a finite number.
  withBits: `fn withBits(bits: u32) -> f32 { var b = bits; return bitcast<f32>(b); }`,
  withSign: `fn withSign(a: f32, b: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(a) & 0x7fffffffu) | (bitcast<u32>(b) & 0x80000000u));
}`,
  ordered: `fn ordered(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b); }`,
  larger: `fn larger(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return max(a, b);
}`,
  smaller: `fn smaller(a: f32, b: f32) -> f32 {
  if (isNan(a)) { return a; }
  if (isNan(b)) { return b; }
  return min(a, b);
}`,
  positivePart: `fn positivePart(x: f32) -> f32 { return select(max(x, 0.0), x, isNan(x)); }`,
  // The exact remainder with the sign of b, by long division: the quotient may have many digits.
  remainder: `fn remainder(a: f32, b: f32) -> f32 {
  let n = bitcast<u32>(a) & 0x7fffffffu;
  let d = bitcast<u32>(b) & 0x7fffffffu;
  if (n >= 0x7f800000u || d > 0x7f800000u || d == 0u) { return withBits(0x7fc00000u); }
  var r = abs(a);
  if (n >= d) {
    var e = i32(n >> 23u);
    let f = i32(d >> 23u);
    var m = (n & 0x7fffffu) | select(0u, 0x800000u, e > 0);
    let q = (d & 0x7fffffu) | select(0u, 0x800000u, f > 0);
    e = max(e, 1);
    for (; e > max(f, 1); e--) { m = (m % q) << 1u; }
    m %= q;
    r = f32(m);
    if (m != 0u) {
      // m 2^(f - 150), put together from its digits.
      let s = min(i32(countLeadingZeros(m)) - 8, max(f, 1) - 1);
      let digits = m << u32(s);
      let exponent = max(f, 1) - s;
      r = withBits(select((u32(exponent) << 23u) | (digits & 0x7fffffu), digits, digits < 0x800000u));
    }
  }
  if (isZero(r)) { return withSign(0.0, b); }
  let s = withSign(r, a);
  return select(s, s + b, (bitcast<u32>(a) ^ bitcast<u32>(b)) >= 0x80000000u);
}`,
  integerRemainder: `fn integerRemainder(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let r = a % b;
  return select(r, r + b, r != 0 && (r < 0) != (b < 0));
}`,
  // As trunc does, with the ends of the range beyond it, and 0 for NaN.
  toInteger: `fn toInteger(x: f32) -> i32 {
  if (isNan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return -2147483647 - 1; }
  return i32(x);
}`,
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  ...NUMBERS,
  ...EXPONENTIALS,
  ...TRIGONOMETRY,
  ...ERROR_FUNCTION,
  ...DOUBLES,
  ...POWER,
  ...RANDOM,
};

/** A program with the functions that it names, and those that they name, before it. */
export function withFunctions(program: string): string {
  const found = new Set<string>(), order: string[] = [];
  const visit = (text: string): void => {
    for (const name of text.match(/[A-Za-z_]\w*/g) ?? []) {
      if (!Object.hasOwn(FUNCTIONS, name) || found.has(name)) continue;
      found.add(name);
      visit(FUNCTIONS[name]);
      order.push(FUNCTIONS[name]);
    }
  };
  visit(program);
  return `${order.join("\n")}\n${program}`;
}
