/** Random changes of files, for tests that read what somebody has damaged. */
import fc from "npm:fast-check@4.10.2";

/** One change of a file. */
export type Change = (bytes: number[]) => void;

/** The most bytes that are cut out at once. */
const CUT = 40;

/** A byte that is another, a bit that is turned, bytes cut out, the end cut off, or one of `more`. */
export function changes(...more: readonly fc.Arbitrary<Change>[]): fc.Arbitrary<Change> {
  return fc.oneof(
    fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]): Change => (bytes) => {
      bytes[at % bytes.length] = byte;
    }),
    fc.tuple(fc.nat(), fc.nat({ max: 7 })).map(([at, bit]): Change => (bytes) => {
      bytes[at % bytes.length] ^= 1 << bit;
    }),
    fc.tuple(fc.nat(), fc.nat({ max: CUT })).map(([at, count]): Change => (bytes) => {
      bytes.splice(at % bytes.length, count);
    }),
    fc.nat().map((at): Change => (bytes) => {
      bytes.length = at % bytes.length;
    }),
    ...more,
  );
}
