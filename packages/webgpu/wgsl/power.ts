/** Powers, in 64 bits as the kernels of `wasm` compute them: |a|^b = 2^(b log2 |a|). */
import { doubleLiteral } from "./doubles.ts";

/** log2(m) = s (c0 + c1 s^2 + ...), s = (m - 1) / (m + 1), from sqrt(1/2) to sqrt(2): off by 2^-45. */
const LOG2 = [
  2.8853900817779268,
  0.9617966940575796,
  0.5770779532391498,
  0.4122083982202104,
  0.31993487630530715,
  0.2825388312597583,
];
/** 2^r = 1 + r (c0 + c1 r + ...) for |r| <= 1/2: off by 2^-34. */
const EXP2 = [
  0.6931471807047633,
  0.24022651067002884,
  0.0555041036539325,
  0.009618038059654291,
  0.0013333935355082462,
  0.00015466781514743633,
  0.000015196134375016778,
];

/** `c0 + c1 z + ...`, from the last coefficient to the first. */
function polynomial(name: string, z: string, coefficients: readonly number[]): string {
  const [last, ...rest] = coefficients.toReversed();
  const steps = rest.map((c) =>
    `${name} = plusDouble(timesDouble(${name}, ${z}), ${doubleLiteral(c)});`
  );
  return [`var ${name} = ${doubleLiteral(last)};`, ...steps].join("\n  ");
}

export const POWER: Readonly<Record<string, string>> = {
  /** For a from 0 on, neither 0 nor infinite, and a finite b. */
  positivePower: `fn positivePower(a: f32, b: f32) -> f32 {
  let one = ${doubleLiteral(1)};
  let whole = doubleOfFloat(a);
  var k = whole.exponent;
  var m = Double(0u, 0, whole.high, whole.low);
  if (m.high > 0xb504f333u) { m.exponent = -1; k += 1; }
  let s = overDouble(minusDouble(m, one), plusDouble(m, one));
  let z = timesDouble(s, s);
  ${polynomial("log", "z", LOG2)}
  var exponent = doubleOfInteger(u32(abs(k)));
  exponent.sign = select(0u, 1u, k < 0);
  let x = timesDouble(doubleOfFloat(b), plusDouble(exponent, timesDouble(log, s)));
  if (x.high != 0u && x.exponent >= 8) { return withBits(select(0x7f800000u, 0u, x.sign == 1u)); }
  let n = floorDouble(plusDouble(x, ${doubleLiteral(0.5)}));
  var nearest = doubleOfInteger(u32(abs(n)));
  nearest.sign = select(0u, 1u, n < 0);
  let r = minusDouble(x, nearest);
  ${polynomial("y", "r", EXP2)}
  return floatOfDouble(scaledBy2(plusDouble(one, timesDouble(y, r)), n));
}`,
  /** As IEEE 754 has it: a^0 and 1^b are 1 even for NaN; a negative a needs a whole b. */
  powerOf: `fn powerOf(a: f32, b: f32) -> f32 {
  let size = abs(a);
  if (isZero(b)) { return 1.0; }
  let whole = !isNan(b) && trunc(b) == b;
  let odd = whole && abs(b) < 16777216.0 && (i32(b) & 1) == 1;
  let infinite = withBits(0x7f800000u);
  if (a < 0.0 && size < infinite && !whole) { return withBits(0x7fc00000u); }
  var y = 1.0;
  if (isNan(a) || (isNan(b) && size != 1.0)) { return withBits(0x7fc00000u); }
  if (size != 1.0) {
    if (isZero(a) || size == infinite || abs(b) == infinite) {
      y = withBits(select(0u, 0x7f800000u, (size > 1.0) == (b > 0.0)));
    } else {
      y = positivePower(size, b);
    }
  }
  return bitcast<f32>(bitcast<u32>(y) ^ (bitcast<u32>(a) & select(0u, 0x80000000u, odd)));
}`,
};
