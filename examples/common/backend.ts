/** The choice of what computes. */
import type { Command } from "commander";
import { startBackend as start } from "../../testing/start_backend.ts";
import type { ExampleOptions } from "./options.ts";

/** Starts the backend asked for and says which one it is; where there is none, the program ends. */
export async function startBackend(program: Command, options: ExampleOptions): Promise<string> {
  const { backend, threads } = options;
  const info = await start(backend, { threads })
    .catch((error: Error) => program.error(`error: ${error.message}`));
  if (info.device?.vendor === "TensorFlow.js" && info.device.adapter === "cpu") {
    console.warn(
      "TensorFlow.js computes in plain JavaScript, which is slow: deno run -A tools/build_tfjs_node.ts " +
        "builds its native part, where TensorFlow's library is",
    );
  }
  const count = info.threads === 1 ? "1 thread" : `${info.threads} threads`;
  const parts = [
    `backend ${info.name}`,
    info.device?.adapter ?? count,
    info.blas === "none" ? info.runtime : shortly(info.blas),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** A library by its name and version: `"OpenBLAS 0.3.21"` of its file, its name and all its settings. */
const shortly = (library: string) => library.replace(/^.*?: /, "").split(" ").slice(0, 2).join(" ");
