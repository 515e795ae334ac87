/** The layers of this package, registered for saved models. */
import { layers } from "@neurite/nn";
import { PaddedShortcut } from "./padded_shortcut.ts";

/** The layers of this package by name. */
export const classicLayers = { PaddedShortcut };
layers.register(classicLayers);

export { PaddedShortcut };
