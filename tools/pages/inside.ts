/** The same program in a worker of the page; without an `await` of the module's, which not every format has. */
import { failed, learn } from "./program.ts";

/** The globals of a worker, as far as they are used. */
const self = globalThis as unknown as {
  onmessage: (event: { data: string }) => void;
  postMessage(report: unknown): void;
};

self.onmessage = ({ data }) => {
  learn(new URLSearchParams(data)).catch(failed).then((report) => self.postMessage(report));
};
