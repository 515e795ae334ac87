import { deepEqual, throws } from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "./testing_bdd.ts";

const log: string[] = [];
const note = (entry: string) => (): void => void log.push(entry);

it("a case outside of any suite runs", note("alone"));

describe("outer", () => {
  beforeAll(note("+all"));
  afterAll(note("-all"));
  beforeEach(note("+outer"));
  afterEach(note("-outer"));
  it("first", note("first"));
  it.skip("skipped", note("skipped"));
  describe("inner", () => {
    beforeEach(note("+inner"));
    afterEach(note("-inner"));
    it("second", async () => {
      await Promise.resolve();
      log.push("second");
    });
  });
  describe.ignore("ignored", () => {
    it("never", note("never"));
  });
});

Deno.test("suites ran their hooks outermost first, and the skipped cases not at all", () => {
  const first = ["+outer", "first", "-outer"];
  const second = ["+outer", "+inner", "second", "-inner", "-outer"];
  deepEqual(log, ["alone", "+all", ...first, ...second, "-all"]);
});

Deno.test("a hook needs a suite", () => {
  throws(() => beforeEach(() => {}), /Cannot call beforeEach/);
});
