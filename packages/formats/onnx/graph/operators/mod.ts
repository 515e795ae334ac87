/** The operators of ONNX that Neurite has. */
import type { Operators } from "../call.ts";
import { attending } from "./attention.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./index.ts";
import { losses } from "./losses.ts";
import { normalizing } from "./normalize.ts";
import { products } from "./product.ts";
import { quantized } from "./quantize.ts";
import { recurrences } from "./recurrent.ts";
import { reductions } from "./reduce.ts";
import { resizing } from "./resize.ts";
import { shapes } from "./shape.ts";
import { windows } from "./windows.ts";

/** Operators by their names, those of ONNX's own set. */
export const OPERATORS: Operators = {
  ...attending,
  ...elementwise,
  ...indexing,
  ...losses,
  ...normalizing,
  ...products,
  ...quantized,
  ...recurrences,
  ...reductions,
  ...resizing,
  ...shapes,
  ...windows,
};
