/** The layers that need no package of their own. */
import { layers } from "../layer.ts";
import { Activation } from "./activation.ts";
import { Add } from "./add.ts";
import { Concatenate, type ConcatenateOptions } from "./concatenate.ts";
import { Dense } from "./dense.ts";
import { Flatten } from "./flatten.ts";
import { Reshape } from "./reshape.ts";

layers.register(Activation, Add, Concatenate, Dense, Flatten, Reshape);

export { Activation, Add, Concatenate, type ConcatenateOptions, Dense, Flatten, Reshape };
