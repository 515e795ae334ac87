/** The layers of this package, registered for saved models. */
import { layers } from "@neurite/nn";
import { GRU } from "./gru.ts";
import { LSTM } from "./lstm.ts";

/** The layers of this package by name. */
export const gatedLayers = { GRU, LSTM };
layers.register(gatedLayers);
