/** The layers of this package, registered for saved models. */
import { layers } from "@neurite/nn";
import { Dropout } from "./dropout.ts";
import { GaussianNoise } from "./gaussian_noise.ts";
import { SpatialDropout2D } from "./spatial_dropout2d.ts";

/** The layers of this package by name. */
export const regularizationLayers = { Dropout, GaussianNoise, SpatialDropout2D };
layers.register(regularizationLayers);
