/** Ctrl-C that lets a training end well. */

/** A signal for `fit`: the first Ctrl-C ends the training after its step, the second everything. */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => {
    interrupted.abort();
    Deno.removeSignalListener("SIGINT", interrupt);
  };
  Deno.addSignalListener("SIGINT", interrupt);
  return interrupted.signal;
}
