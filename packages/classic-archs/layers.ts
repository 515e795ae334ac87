/** The layers of this package, registered for saved models. */
import { layers } from "@neurite/nn";
import { PaddedShortcut } from "./padded_shortcut.ts";
import { TransformInput } from "./transform_input.ts";

/** The layers of this package by name. */
export const classicLayers = { PaddedShortcut, TransformInput };
layers.register(classicLayers);

export { PaddedShortcut, TransformInput };
