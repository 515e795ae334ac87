/** The layers of this package, registered for saved models. */
import { layers } from "@neurite/nn";
import { RandomContrast, type RandomContrastOptions } from "./random_contrast.ts";
import { RandomCrop, type RandomCropOptions } from "./random_crop.ts";
import { type FlipMode, RandomFlip } from "./random_flip.ts";
import { RandomRotation } from "./random_rotation.ts";
import { RandomTranslation } from "./random_translation.ts";
import { RandomZoom, type RandomZoomOptions } from "./random_zoom.ts";
import { type PerChannel, Rescaling } from "./rescaling.ts";

/** The layers of this package by name. */
export const imageLayers = {
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  Rescaling,
};
layers.register(imageLayers);

export {
  type Factor,
  MovingLayer,
  type MovingOptions,
  type Range,
  type Transform,
} from "./augmentation.ts";
export {
  type FlipMode,
  type PerChannel,
  RandomContrast,
  type RandomContrastOptions,
  RandomCrop,
  type RandomCropOptions,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  type RandomZoomOptions,
  Rescaling,
};
