/** Images turned, moved, mirrored or zoomed. */
import { type Affine, FILL_MODES } from "../../../ops/image/affine_transform.ts";
import { sizeOf } from "../../../shape.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = 4096;

/** Each row of the images that are made, on its own. */
export const affineTransform: Runner<Affine> = (engine, [x, t], attributes, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), [n, rows, columns, channels] = shape;
  if (n * channels === 0) return y;
  const { from, to, interpolation, fillMode, fillValue } = attributes;
  const args = [...from, channels, ...to, interpolation === "nearest" ? 1 : 0];
  const fill = [FILL_MODES.indexOf(fillMode), fillValue];
  const grain = Math.ceil(GRAIN / (columns * channels));
  engine.launch(
    "affineTransform",
    n * rows,
    grain,
    address(x),
    address(t),
    y.address,
    ...args,
    ...fill,
  );
  return y;
};
