/** Local response normalisation and its backward pass. */
import type { ResponseAttributes } from "../../../ops/norm/local_response_normalization.ts";
import { sizeOf } from "../../../shape.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own; and into how many items the rows are cut at most. */
const GRAIN = 4096, MOST = 256;

/** Runs `name(...inputs, y, place, room, rows, each, channels, ...attributes, begin, end)`. */
function overItems(
  name: "localResponseNormalization" | "localResponseNormalizationGradient",
): Runner<ResponseAttributes> {
  return (engine, inputs, { depthRadius, bias, alpha, beta }, { shape }) => {
    const size = sizeOf(shape), y = engine.allocate(size);
    if (size === 0) return y;
    const channels = shape[shape.length - 1], rows = size / channels;
    const each = Math.ceil(rows / MOST), items = Math.ceil(rows / each);
    // No channel has more neighbours than there are channels.
    const radius = Math.min(depthRadius, channels), room = 16 * (channels + 2 * radius + 16 >> 2);
    const place = engine.allocate(items * 2 * room / 4);
    const args = [y.address, place.address, room, rows, each, channels, radius, bias, alpha, beta];
    const grain = Math.ceil(GRAIN / (each * channels));
    engine.launch(name, items, grain, ...inputs.map(address), ...args);
    engine.free(place);
    return y;
  };
}

/** `x s^-beta`. */
export const localResponseNormalization: Runner<ResponseAttributes> = overItems(
  "localResponseNormalization",
);
/** Its backward pass. */
export const localResponseNormalizationGradient: Runner<ResponseAttributes> = overItems(
  "localResponseNormalizationGradient",
);
