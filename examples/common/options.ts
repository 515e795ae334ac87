/** What examples take on their command lines: `--seed`, `--out`, `--check`, and more for training. */
import { Command, InvalidArgumentError, Option } from "commander";
import { BACKENDS } from "../../testing/start_backend.ts";

/** What every example takes. */
export interface ExampleOptions {
  /** The seed of everything random. */
  seed: number;
  /** The folder for pictures. */
  out: string;
  /** Whether the example is to fail where it does not find what it should. */
  check: boolean;
  /** Whether it may take its time. */
  full: boolean;
  /** The name of a backend, for `startBackend`. */
  backend: string;
  /** Threads that compute. */
  threads?: number;
}

/** What examples that train a network take besides. */
export interface TrainingOptions extends ExampleOptions {
  /** How often all examples are gone through; where it is not given, the example decides. */
  epochs?: number;
  /** A folder with the data set. */
  data?: string;
}

/** What an example says about itself. */
export interface About {
  /** How it is started: `"deno task example cnn/lenet5"`. */
  name: string;
  /** What it does. */
  description: string;
  /** What it does with `--check`. */
  check?: string;
  /** What it does with `--full`; it has no such option without this. */
  full?: string;
  /** Whether it draws pictures, and has `--out`; it does without this. */
  draws?: boolean;
}

/**
 * A command line with `--seed`, `--check`, `--backend`, `--threads`, where it draws something `--out`,
 * and, where there is a text for it, `--full`. What is small computes on `wasm` unless told otherwise.
 */
export function commandLine(about: About, backend = "wasm"): Command {
  const { draws = true } = about;
  const program = new Command(about.name)
    .description(about.description)
    .addOption(
      new Option("--backend <name>", "what computes").default(backend).choices(BACKENDS),
    )
    .option("--threads <n>", "threads that compute (all processors by default)", whole(1))
    .option("--seed <n>", "the seed of all that is random", whole(0), 1)
    .option("--check", about.check ?? "fail where the result is not as it should be", false);
  if (draws) program.option("--out <dir>", "where the pictures are written", "out");
  return about.full === undefined ? program : program.option("--full", about.full, false);
}

/** The same with `--epochs` and `--data`, on the fastest backend that is part of `tensor`. */
export function trainingLine(about: About, epochs: number): Command {
  return commandLine(about, "auto")
    .option("--epochs <n>", `how often all examples are gone through (${epochs})`, whole(1))
    .option("--data <dir>", "a folder with the files of the data set");
}

/** Reads the arguments that the example was given; a wrong one ends the program with a line. */
export function readOptions<T extends ExampleOptions>(program: Command): T {
  return program.parse(Deno.args, { from: "user" }).opts<T>();
}

/** An integer of at least `least`, from the command line. */
export const whole = (least: number) => (text: string): number => {
  const n = Number(text);
  if (Number.isSafeInteger(n) && n >= least) return n;
  throw new InvalidArgumentError(`Expected an integer of at least ${least}, found ${text}.`);
};
