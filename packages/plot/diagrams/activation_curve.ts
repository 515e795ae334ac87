/**
 * Small curves of activations, as they stand in neurons and cells.
 *
 * @module
 */
import { round } from "../document.ts";
import type { Scene } from "./scene.ts";
import { ink, palette } from "../theme.ts";

/** The name of an activation that has a curve. */
export type ActivationCurve = "step" | "sigmoid" | "tanh" | "relu" | "linear";

/** What each activation makes of z. */
export const activationCurves: Readonly<Record<ActivationCurve, (z: number) => number>> = {
  step: (z) => z < 0 ? 0 : 1,
  sigmoid: (z) => 1 / (1 + Math.exp(-2 * z)),
  tanh: (z) => Math.tanh(1.2 * z),
  relu: (z) => Math.max(0, z / 2.4),
  linear: (z) => z / 3,
};

/** The curve from -3 to 3 around a centre, over its two axes. */
export function drawActivation(
  scene: Scene,
  [x, y]: readonly [number, number],
  size: number,
  name: ActivationCurve,
): void {
  const f = activationCurves[name], half = size / 2;
  const signed = name === "tanh" || name === "linear";
  // Zero lies in the middle where there are negative values, else below.
  const [zero, high] = signed ? [y, half * 0.8] : [y + half * 0.6, size * 0.64];
  scene.path(`M${x - half} ${round(zero)}h${size}M${x} ${y - half}v${size}`, {
    stroke: ink.axis,
    width: 1,
  });
  const zs = name === "step" ? [-3, -1e-9, 0, 3] : Array.from({ length: 49 }, (_, i) => -3 + i / 8);
  const places = zs.map((z) => `${round(x + z / 3 * half)} ${round(zero - f(z) * high)}`);
  scene.path(`M${places.join("L")}`, { stroke: palette[1], width: 2.4 });
}
