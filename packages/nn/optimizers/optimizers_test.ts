import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  assertThrows,
} from "@std/assert";
import {
  backendInfo,
  clip,
  currentBackend,
  DivergedError,
  reshape,
  sgdUpdate,
  type Tensor,
  tensor,
  tidy,
  useBackend,
} from "@neurite/tensor";
import { type Config, Variable } from "../variable.ts";
import fixture from "../fixtures/optimizers.json" with { type: "json" };
import {
  Adagrad,
  Adam,
  AdamW,
  CosineDecay,
  Optimizer,
  optimizerOf,
  optimizers,
  PiecewiseConstantDecay,
  PolynomialDecay,
  RMSProp,
  schedules,
  SGD,
  type Step,
} from "./mod.ts";

await useBackend("wasm", { threads: 1 });

/** The initial values of the fixture as variables. */
function startValues(): Variable[] {
  return fixture.weights.map((values, i) => {
    const start = tensor(values, { shape: fixture.shapes[i] });
    return new Variable(`w${i}`, start);
  });
}

/** Takes steps along the gradients of the fixture. */
function run(optimizer: Optimizer, variables: Variable[], from = 0, to = fixture.gradients.length) {
  for (const step of fixture.gradients.slice(from, to)) {
    tidy(() => {
      const gradients = step.map((values, i) => tensor(values, { shape: fixture.shapes[i] }));
      optimizer.apply(gradients, variables);
    });
  }
}

const values = (variables: Variable[]): number[][] =>
  variables.map(({ value }) => [...value.dataSync()]);

/** Holds weights to those of the fixture, and the way they went to the fixture's. */
function assertNear(found: number[][], right: number[][], what: string): void {
  right.flat().forEach((value, i) => {
    const moved = Math.abs(value - fixture.weights.flat()[i]),
      off = Math.abs(found.flat()[i] - value);
    assert(
      off <= 1e-6 * Math.abs(value) + 2e-6 * moved + 1e-7,
      `${what}: ${i} is ${found.flat()[i]}, not ${value}`,
    );
  });
}

for (const { className, config, first, last } of fixture.runs) {
  Deno.test(`Keras: ${className} ${JSON.stringify(config)}`, () => {
    const optimizer = optimizers.make({ className, config: config as Record<string, unknown> });
    const variables = startValues();
    run(optimizer, variables, 0, 1);
    assertNear(values(variables), first, "after the first step");
    run(optimizer, variables, 1);
    assertNear(values(variables), last, "after the last step");
    assertEquals(optimizer.iterations, fixture.gradients.length);
  });

  Deno.test(`recreated and restored in the middle: ${className} ${JSON.stringify(config)}`, () => {
    const optimizer = optimizers.make({ className, config: config as Record<string, unknown> });
    const names = ["a/kernel", "a/bias", "b/scale"], straight = startValues();
    run(optimizer, straight, 0, 9);
    // Through JSON, and through copies of the numbers.
    const again = optimizers.make(JSON.parse(JSON.stringify(optimizer.toConfig())) as Config);
    const resumed = straight.map(({ name, value }) =>
      new Variable(name, tensor(value.dataSync(), { shape: value.shape }))
    );
    again.iterations = optimizer.iterations;
    const state = optimizer.state(straight, names), mine = again.state(resumed, names);
    assertEquals([...mine.keys()], [...state.keys()]);
    for (const [name, x] of mine) {
      const copy = tensor(state.get(name)!.dataSync(), { shape: x.shape });
      x.assign(copy);
    }
    run(optimizer, straight, 9);
    run(again, resumed, 9);
    assertEquals(values(resumed), values(straight));
    assertEquals(again.toConfig(), optimizer.toConfig());
  });
}

for (const { className, config, rates } of fixture.schedules) {
  Deno.test(`Keras: ${className} ${JSON.stringify(config)}`, () => {
    const schedule = schedules.make({ className, config });
    fixture.times.forEach((t, i) =>
      assertAlmostEquals(schedule.at(t), rates[i], 1e-8, `step ${t}`)
    );
    const again = schedules.make(JSON.parse(JSON.stringify(schedule.toConfig())));
    assertEquals(fixture.times.map((t) => again.at(t)), fixture.times.map((t) => schedule.at(t)));
  });
}

Deno.test("state is named after the optimizer, the variable and what is remembered", () => {
  const variables = startValues(), names = ["a/kernel", "a/bias", "b/scale"];
  const namesOf = (
    optimizer: Optimizer,
  ) => [...optimizer.state(variables.slice(0, 1), names).keys()];
  assertEquals(namesOf(new SGD()), []);
  assertEquals(namesOf(new SGD({ momentum: 0.9 })), ["sgd/a/kernel/velocity"]);
  assertEquals(namesOf(new RMSProp()), ["rmsprop/a/kernel/v"]);
  assertEquals(namesOf(new RMSProp({ centered: true, momentum: 0.5 })), [
    "rmsprop/a/kernel/v",
    "rmsprop/a/kernel/mean",
    "rmsprop/a/kernel/velocity",
  ]);
  assertEquals(namesOf(new Adam()), ["adam/a/kernel/m", "adam/a/kernel/v"]);
  assertEquals(namesOf(new AdamW({ amsgrad: true })).at(-1), "adamw/a/kernel/maximum");
  assertEquals([...new Adam().state(variables, names).values()].map((x) => x.shape), [
    ...[[2, 3], [2, 3]],
    ...[[5], [5]],
    ...[[], []],
  ]);
});

Deno.test("what is remembered outlives the step's scope; memory does not grow", () => {
  for (
    const optimizer of [new Adam({ globalClipNorm: 1 }), new SGD({ momentum: 0.9, clipNorm: 1 })]
  ) {
    const variables = startValues();
    run(optimizer, variables, 0, 3);
    const { liveTensors, memoryInUse } = backendInfo();
    for (let n = 0; n < 50; n++) run(optimizer, variables);
    assertEquals([backendInfo().liveTensors, backendInfo().memoryInUse], [
      liveTensors,
      memoryInUse,
    ]);
  }
});

Deno.test("apply outside of any scope leaves nothing behind but what is remembered", () => {
  using g = tensor([3, 4]);
  using w = tensor([0, 0]);
  const variable = new Variable("w", w), optimizer = new SGD({ learningRate: 1, clipNorm: 1 });
  const before = backendInfo().liveTensors;
  optimizer.apply([g], [variable]);
  assertEquals(backendInfo().liveTensors, before);
  assertAlmostEquals(w.dataSync()[1], -0.8, 1e-6);
});

Deno.test("every holder of a weight sees the step, a view keeps the old values", () => {
  using w = tensor([1, 2]);
  using view = reshape(w, [2, 1]);
  using g = tensor([1, 1]);
  new SGD({ learningRate: 1 }).apply([g], [new Variable("w", w)]);
  assertEquals([w.array(), view.array()], [[0, 1], [[1], [2]]]);
});

Deno.test("clipping: by value, by norm and by the norm of all, worked out by hand", () => {
  const step = (options: { clipValue?: number; clipNorm?: number; globalClipNorm?: number }) => {
    const a = new Variable("a", tensor([0, 0])), b = new Variable("b", tensor([0]));
    new SGD({ learningRate: 1, ...options }).apply([tensor([3, -4]), tensor([12])], [a, b]);
    return [...a.value.dataSync(), ...b.value.dataSync()];
  };
  assertEquals(step({}), [-3, 4, -12]);
  assertEquals(step({ clipValue: 3.5 }), [-3, 3.5, -3.5]);
  assertEquals(step({ clipNorm: 2.5 }), [-1.5, 2, -2.5]);
  assertEquals(step({ clipNorm: 5 }), [-3, 4, -5]); // the first is as long as it may be
  assertEquals(step({ globalClipNorm: 6.5 }), [-1.5, 2, -6]);
  assertEquals(step({ globalClipNorm: 13 }), [-3, 4, -12]);
});

Deno.test("clipping: zeros stay, and a norm that a float32 cannot square is one all the same", () => {
  const step = (gradient: number[], options: object) => {
    const w = new Variable("w", tensor([0, 0]));
    new SGD({ learningRate: 1, ...options }).apply([tensor(gradient)], [w]);
    return [...w.value.dataSync()];
  };
  for (const options of [{ clipNorm: 1 }, { globalClipNorm: 1 }]) {
    assertEquals(step([0, 0], options), [0, 0]);
    for (const scale of [1e15, 1e20, 1e30, 6e37]) {
      const [a, b] = step([3 * scale, -4 * scale], options);
      assertAlmostEquals(a, -0.6, 1e-6);
      assertAlmostEquals(b, 0.8, 1e-6);
    }
  }
  // A large gradient does not hide a small one that is clipped on its own.
  const variables = [0, 0].map((v) => new Variable("w", tensor([v])));
  new SGD({ learningRate: 1, clipNorm: 1 }).apply([tensor([1e30]), tensor([2])], variables);
  assertEquals(variables.map(({ value }) => value.item()), [-1, -1]);
});

Deno.test("a gradient that is not finite changes nothing, whatever the optimizer", () => {
  for (
    const make of [
      (options: object) => new SGD({ momentum: 0.9, ...options }),
      (options: object) => new RMSProp({ centered: true, momentum: 0.9, ...options }),
      (options: object) => new Adam({ amsgrad: true, ...options }),
      (options: object) => new AdamW(options),
    ]
  ) {
    for (const options of [{}, { clipValue: 1 }, { clipNorm: 1 }, { globalClipNorm: 1 }]) {
      const variables = ["a", "b"].map((name) => new Variable(name, tensor([1, 2])));
      const optimizer = make(options), good = [tensor([1, 2]), tensor([3, 4])];
      optimizer.apply(good, variables);
      const now = () => [
        ...variables.map(({ value }) => value.array()),
        ...[...optimizer.state(variables, ["a", "b"]).values()].map((moment) => moment.array()),
        optimizer.iterations,
      ];
      const before = now();
      for (const bad of [NaN, Infinity, -Infinity]) {
        const error = assertThrows(
          () => optimizer.apply([tensor([1, 2]), tensor([3, bad])], variables),
          DivergedError,
          `as every gradient must be finite: current ${bad} in step 2, in that of "b"`,
        );
        assertEquals([error.epoch, error.step], [undefined, 2]);
        assertEquals(now(), before);
      }
    }
  }
});

Deno.test("a constraint is kept after each step", () => {
  const constraint = {
    project: (w: Tensor) => clip(w, -1, 1),
    toConfig: () => ({ className: "Bounds", config: {} }),
  };
  const w = new Variable("w", tensor([0, 0]), { constraint });
  new SGD({ learningRate: 1 }).apply([tensor([0.5, -3])], [w]);
  assertEquals(w.value.array(), [-0.5, 1]);
});

Deno.test("a schedule counts the steps from 0; setting the rate puts a constant in its place", () => {
  const learningRate = new PiecewiseConstantDecay({ boundaries: [0], values: [1, 0.5] });
  const w = new Variable("w", tensor(0)), optimizer = new SGD({ learningRate }), g = tensor(1);
  assertEquals(optimizer.learningRate, 1);
  optimizer.apply([g], [w]);
  assertEquals([optimizer.learningRate, w.value.item()], [0.5, -1]);
  optimizer.apply([g], [w]);
  assertEquals(w.value.item(), -1.5);
  optimizer.learningRate = 0.25;
  optimizer.apply([g], [w]);
  assertEquals([optimizer.learningRate, w.value.item()], [0.25, -1.75]);
  assertEquals(optimizer.getConfig().learningRate, 0.25);
});

Deno.test("the defaults are Keras's", () => {
  assertEquals(new SGD().getConfig(), {
    learningRate: 0.01,
    weightDecay: 0,
    momentum: 0,
    nesterov: false,
  });
  assertEquals(new RMSProp().getConfig(), {
    learningRate: 0.001,
    weightDecay: 0,
    rho: 0.9,
    momentum: 0,
    epsilon: 1e-7,
    centered: false,
  });
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, learningRate: 0.001 };
  assertEquals(new Adam().getConfig(), { ...adam, weightDecay: 0 });
  assertEquals(new AdamW().getConfig(), { ...adam, weightDecay: 0.004 });
});

Deno.test("optimizers by name", () => {
  const classes = { sgd: SGD, rmsprop: RMSProp, adagrad: Adagrad, adam: Adam, adamw: AdamW };
  for (const [name, one] of Object.entries(classes)) {
    const optimizer = optimizerOf(name);
    assertInstanceOf(optimizer, one);
    assertEquals(optimizer.name, name);
    assertInstanceOf(optimizers.make(optimizer.toConfig()), one);
  }
  const own = new Adam({ learningRate: 1 });
  assert(optimizerOf(own) === own);
  assertEquals(
    assertThrows(() => optimizerOf("toString"), RangeError).message,
    "Cannot find an optimizer as its name must be one of sgd, rmsprop, adagrad, adam, adamw: " +
      'current "toString"',
  );
});

Deno.test("an optimizer of one's own", () => {
  class Half extends Optimizer {
    readonly name = "half";
    protected override readonly moments = { last: 0 };
    protected update(w: Tensor, g: Tensor, [last]: readonly Tensor[], { number, rate }: Step) {
      sgdUpdate(last, g, { rate: -number });
      sgdUpdate(w, last, { rate });
    }
  }
  const w = new Variable("w", tensor([0])), optimizer = new Half({ learningRate: 1 });
  optimizer.apply([tensor([1])], [w]); // last 1
  optimizer.apply([tensor([1])], [w]); // last 3
  assertEquals(w.value.array(), [-4]);
});

Deno.test("options that make no sense are refused", () => {
  const refused: [() => unknown, string][] = [
    [
      () => new SGD({ learningRate: -1 }),
      "learningRate must be a finite number of at least 0: current -1",
    ],
    [() => new SGD({ learningRate: NaN }), "learningRate must be a finite number"],
    [() => new Adam({ weightDecay: -1 }), "weightDecay must be a finite number"],
    [() => new SGD({ momentum: 1 }), "momentum must be from 0 to below 1: current 1"],
    [() => new RMSProp({ rho: -0.1 }), "rho must be from 0"],
    [() => new Adam({ beta1: 1 }), "beta1 must be"],
    [() => new Adam({ beta2: NaN }), "beta2 must be"],
    [() => new Adam({ epsilon: -1 }), "epsilon must be"],
    [() => new SGD({ clipNorm: 0 }), "clipNorm must be above 0: current 0"],
    [
      () => new SGD({ clipNorm: 1, clipValue: 1 }),
      "only one of clipValue, clipNorm and globalClipNorm may be given: current clipValue, clipNorm",
    ],
    [() => new SGD().apply([], startValues()), "current 0 gradients, 3 variables"],
    [() => new CosineDecay({ initialLearningRate: 1, decaySteps: 0 }), "more than 0: current 0"],
    [() => new PolynomialDecay({ initialLearningRate: 1, decaySteps: NaN }), "more than 0"],
    [
      () => new PiecewiseConstantDecay({ boundaries: [1], values: [1] }),
      "one value more than boundaries: current 1 values, 1 boundaries",
    ],
    [
      () => new PiecewiseConstantDecay({ boundaries: [2, 2], values: [1, 2, 3] }),
      "boundaries must rise: current 2, 2",
    ],
  ];
  for (const [make, text] of refused) assertThrows(make, RangeError, text);
});

Deno.test("the reference backend takes the same steps", async () => {
  await useBackend("reference");
  for (const { className, config, last } of fixture.runs) {
    const variables = startValues();
    run(optimizers.make({ className, config: config as Record<string, unknown> }), variables);
    assertNear(values(variables), last, className);
  }
  assertEquals(currentBackend().name, "reference");
  await useBackend("wasm", { threads: 1 });
});
