/** Which module of a file is for which part of a model: by name, or by order. */
import { DataError, formatShape } from "@neurite/tensor";
import { nearestName, printable, quoted } from "@neurite/tensor/internal";
import { listed } from "../refuse.ts";
import type { Part } from "./parts.ts";
import type { StateTensor } from "./torch_objects.ts";

/** A module in a file, or one layer of a recurrent one. */
export interface Unit {
  /** The name of the module. */
  readonly module: string;
  /** The number of the layer; 0 unless it is a recurrent module of several. */
  readonly depth: number;
  /** How many layers the module has. */
  readonly depths: number;
  /** Its parameters, by the names that they have in layer 0. */
  readonly parameters: ReadonlyMap<string, { readonly name: string; readonly tensor: StateTensor }>;
}

/** A parameter of a recurrent module: its name, the number of its layer, the direction. */
const RECURRENT = /^((?:weight|bias)_(?:ih|hh|hr))_l(\d{1,4})(_reverse)?$/;
/** Counts of batches, which only PyTorch's training looks at. */
const COUNT = /(^|\.)num_batches_tracked$/;

/** The modules of a file, in its order. */
export function unitsOf(tensors: ReadonlyMap<string, StateTensor>): Unit[] {
  const modules = new Map<
    string,
    Map<number, Map<string, { name: string; tensor: StateTensor }>>
  >();
  for (const [name, tensor] of tensors) {
    if (COUNT.test(name)) continue;
    const dot = name.lastIndexOf("."), module = name.slice(0, Math.max(0, dot));
    const parameter = name.slice(dot + 1);
    const [, base, number, reverse = ""] = RECURRENT.exec(parameter) ?? [];
    const depth = Number(number ?? 0), depths = modules.get(module) ?? new Map();
    modules.set(module, depths);
    const own = depths.get(depth) ?? new Map();
    depths.set(depth, own);
    own.set(base === undefined ? parameter : `${base}_l0${reverse}`, { name, tensor });
  }
  return [...modules].flatMap(([module, depths]) =>
    [...depths].sort(([a], [b]) => a - b).map(([depth, parameters]) => ({
      module,
      depth,
      depths: depths.size,
      parameters,
    }))
  );
}

/** The name of a unit for messages and for the option `names`: `lstm`, `lstm_l1` of several layers. */
export const nameOf = ({ module, depth, depths }: Unit): string =>
  depths > 1 ? `${module}_l${depth}` : module;

/** A part with its unit. */
export type Pair = readonly [part: Part, unit: Unit];

/** How {@linkcode pairUp} looks. */
export interface PairOptions {
  /** By name, or by order; by default by name if any name is in both. */
  readonly by: "name" | "order" | undefined;
  /** The names of modules for parts of other names. */
  readonly names: Readonly<Record<string, string>>;
}

/**
 * The units of a file for the parts of a model.
 *
 * @throws {DataError} that lists all that do not fit, with the nearest names; nothing is changed.
 */
export function pairUp(
  file: string,
  model: string,
  parts: readonly Part[],
  units: readonly Unit[],
  { by, names }: PairOptions,
): Pair[] {
  const wanted = (part: Part) => names[part.path] ?? part.path;
  const find = (part: Part): Unit | undefined => {
    const name = wanted(part);
    return units.find((unit) => unit.module === name && unit.depth === part.depth) ??
      units.find((unit) => nameOf(unit) === name);
  };
  const named = by !== "order" &&
    (by === "name" || Object.keys(names).length > 0 || parts.some((part) => find(part)));
  const faults: string[] = [], pairs: Pair[] = [];
  if (!named && parts.length !== units.length) {
    faults.push(
      `${parts.length} layers with weights in the model: ${
        parts.map(({ path }) => path).join(", ")
      }`,
      `${units.length} modules in the file: ${units.map(nameOf).join(", ")}`,
    );
  } else {
    parts.forEach((part, i) => {
      const unit = named ? find(part) : units[i];
      if (unit !== undefined) {
        faults.push(...faultsOf(part, unit));
        pairs.push([part, unit]);
        return;
      }
      const near = nearestName(wanted(part), units.map(nameOf));
      faults.push(
        `${part.path}: no module ${quoted(wanted(part))}` +
          (near ? `. Did you mean ${quoted(near)}?` : ""),
      );
    });
  }
  if (faults.length === 0) return pairs;
  const how = named ? "name" : "order", lines = faults.map((line) => printable(line, 500));
  const remedy = named
    ? 'Give the names of modules by the option names: { layer: "module" }, or match { by: "order" }'
    : 'Name the layers of the model as the modules, or give the option names: { layer: "module" }';
  throw new DataError(
    `Cannot load ${file} into model ${
      quoted(model)
    } as its modules must fit the layers by ${how}: ` +
      `current${listed(lines)}\n${remedy}`,
    { file, expected: "the parameters of each layer", found: lines.join("\n") },
  );
}

/** What of a unit does not fit a part. */
function faultsOf(part: Part, unit: Unit): string[] {
  const from = (name: string) => unit.parameters.get(name)?.name ?? `${nameOf(unit)}.${name}`;
  const missing = part.parameters.filter(({ name }) => !unit.parameters.has(name))
    .map(({ name }) => `no ${from(name)} in the file`);
  const shapes = part.parameters.flatMap(({ name, shape }) => {
    const there = unit.parameters.get(name)?.tensor.shape;
    const fits = there === undefined || there.join() === shape.join();
    return fits
      ? []
      : `${from(name)} must be ${formatShape(shape)}, and is ${formatShape(there.slice(0, 8))}`;
  });
  const known = new Set(part.parameters.map(({ name }) => name));
  const extra = [...unit.parameters.keys()].filter((name) => !known.has(name))
    .map((name) => `${from(name)} has no place in the layer`);
  return [...missing, ...shapes, ...extra].map((fault) => `${part.path}: ${fault}`);
}
