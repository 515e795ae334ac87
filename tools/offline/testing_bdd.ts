/**
 * Stand-in for the part of `@std/testing/bdd` that Neurite uses: suites become one `Deno.test`
 * each, their cases and inner suites its steps.
 */

type Body = (t: Deno.TestContext) => void | Promise<void>;
type Case = { name: string; body: Body; ignore: boolean };
type Hook = () => void | Promise<void>;

interface Suite {
  name: string;
  ignore: boolean;
  parent?: Suite;
  children: (Suite | Case)[];
  hooks: Record<"beforeAll" | "afterAll" | "beforeEach" | "afterEach", Hook[]>;
}

let current: Suite | undefined;

const isCase = (x: Suite | Case): x is Case => "body" in x;

async function runHooks(hooks: Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}

function chain(suite: Suite): Suite[] {
  return suite.parent ? [...chain(suite.parent), suite] : [suite];
}

async function runCase(suite: Suite, one: Case, t: Deno.TestContext): Promise<void> {
  try {
    for (const s of chain(suite)) await runHooks(s.hooks.beforeEach);
    await one.body(t);
  } finally {
    for (const s of chain(suite).reverse()) await runHooks(s.hooks.afterEach);
  }
}

async function runSuite(suite: Suite, t: Deno.TestContext): Promise<void> {
  try {
    await runHooks(suite.hooks.beforeAll);
    for (const child of suite.children) {
      const fn = (step: Deno.TestContext) =>
        isCase(child) ? runCase(suite, child, step) : runSuite(child, step);
      await t.step({ name: child.name, ignore: child.ignore, fn });
    }
  } finally {
    await runHooks(suite.hooks.afterAll);
  }
}

function addSuite(name: string, body: () => void, ignore: boolean): void {
  const suite: Suite = {
    name,
    ignore,
    parent: current,
    children: [],
    hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] },
  };
  current?.children.push(suite);
  current = suite;
  try {
    body();
  } finally {
    current = suite.parent;
  }
  if (!suite.parent) Deno.test({ name, ignore, fn: (t) => runSuite(suite, t) });
}

function addCase(name: string, body: Body, ignore: boolean): void {
  if (current) current.children.push({ name, body, ignore });
  else Deno.test({ name, ignore, fn: body });
}

function addHook(kind: keyof Suite["hooks"], hook: Hook): void {
  if (!current) throw new Error(`Cannot call ${kind} as it belongs inside describe: no suite open`);
  current.hooks[kind].push(hook);
}

/** Registers a suite. */
export function describe(name: string, body: () => void): void {
  addSuite(name, body, false);
}
/** Registers a suite that is not run. */
describe.skip = (name: string, body: () => void): void => addSuite(name, body, true);
/** Registers a suite that is not run. */
describe.ignore = (name: string, body: () => void): void => addSuite(name, body, true);

/** Registers a case. */
export function it(name: string, body: Body): void {
  addCase(name, body, false);
}
/** Registers a case that is not run. */
it.skip = (name: string, body: Body): void => addCase(name, body, true);
/** Registers a case that is not run. */
it.ignore = (name: string, body: Body): void => addCase(name, body, true);

/** Registers a case, like {@link it}. */
export const test: typeof it = it;

/** Runs `hook` once before the cases of the suite. */
export function beforeAll(hook: Hook): void {
  addHook("beforeAll", hook);
}

/** Runs `hook` once after the cases of the suite. */
export function afterAll(hook: Hook): void {
  addHook("afterAll", hook);
}

/** Runs `hook` before each case of the suite and of its inner suites. */
export function beforeEach(hook: Hook): void {
  addHook("beforeEach", hook);
}

/** Runs `hook` after each case of the suite and of its inner suites. */
export function afterEach(hook: Hook): void {
  addHook("afterEach", hook);
}
