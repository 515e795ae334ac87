/** Data of one's own, beside pandas, scikit-learn and Keras; see `tools/fixtures/own_data.py`. */
import {
  DataError,
  isNdArray,
  type NdArray,
  ndarray,
  rowMajor,
  ShapeError,
  tensor,
} from "@neurite/tensor";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  crossValidate,
  kFold,
  LabelEncoder,
  MinMaxScaler,
  padSequences,
  parseCSV,
  readCSV,
  seriesWindows,
  StandardScaler,
  Table,
  trainTestSplit,
  Vocabulary,
} from "./mod.ts";
import fixture from "./fixtures/own_data.json" with { type: "json" };

const IRIS = new URL("fixtures/iris.csv", import.meta.url);

/** Values beside those of a fixture: `null` for what is missing. */
function assertValues(found: NdArray | ArrayLike<unknown>, expected: unknown, tolerance = 1e-6) {
  const flat = (expected as unknown[]).flat(Infinity);
  const values = Array.from((isNdArray(found) ? rowMajor(found) : found) as ArrayLike<unknown>);
  assertEquals(values.length, flat.length);
  values.forEach((value, i) => {
    const wanted = flat[i];
    if (typeof wanted !== "number" || typeof value !== "number") {
      const plain = typeof value === "number"
        ? Number.isNaN(value) ? null : String(value).replace("Infinity", "inf")
        : value;
      assertEquals(plain, wanted);
    } else assert(Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${i}`);
  });
}

for (
  const { name, text, options: { sep, decimal }, columns } of fixture.tables as {
    name: string;
    text: string;
    options: { sep?: string; decimal?: "," };
    columns: { name: string; values: unknown[] }[];
  }[]
) {
  Deno.test(`parseCSV: ${name}, as pandas`, () => {
    for (const options of [{ decimal }, { decimal, delimiter: sep }]) {
      const table = parseCSV(text, options);
      assertEquals(table.names, columns.map(({ name }) => name));
      for (const { name, values } of columns) assertValues(table.column(name).values, values, 0);
      const missing = columns.map(({ name, values }) =>
        [
          name,
          values.flatMap((v, row) => v === null ? [row] : []),
        ] as const
      );
      assertEquals(
        table.missing,
        Object.fromEntries(missing.filter(([, rows]) => rows.length > 0)),
      );
    }
  });
}

Deno.test("readCSV: iris from a path, bytes and a File; types found, classes encoded", async () => {
  const bytes = await Deno.readFile(IRIS);
  for (const source of [IRIS, bytes, new File([bytes], "iris.csv")]) {
    const table = await readCSV(source);
    assertEquals(Object.values(table.types), ["number", "number", "number", "number", "text"]);
    assertEquals([table.length, table.missing], [150, {}]);
    const { labels, encoder } = table.labels("species");
    assertEquals(encoder.classes, ["setosa", "versicolor", "virginica"]);
    assertEquals([labels.get(0), labels.get(50), labels.get(149)], [0, 1, 2]);
    const x = table.drop("species").numbers();
    assertEquals(x.shape, [150, 4]);
    assertValues(x.pick(0, null), [5.1, 3.5, 1.4, 0.2]);
  }
});

Deno.test("readCSV: encodings, header, types, and texts for missing values", async () => {
  const latin = Uint8Array.of(97, 10, 0xe9, 10);
  await assertRejects(() => readCSV(latin), DataError, 'encoding: "windows-1252"');
  assertEquals((await readCSV(latin, { encoding: "windows-1252" })).column("a").values, ["é"]);
  const wide = Uint8Array.of(0xff, 0xfe, ...[..."a\tb\n1\t2"].flatMap((c) => [c.charCodeAt(0), 0]));
  assertEquals((await readCSV(wide)).types, { a: "number", b: "number" });
  assertEquals(parseCSV("1,2\n3,4", { header: false }).names, ["column_0", "column_1"]);
  assertEquals(parseCSV("1,2\n3,4", { header: ["a", "b"] }).length, 2);
  assertEquals(parseCSV("p\n01\n02", { types: { p: "text" } }).column("p").values, ["01", "02"]);
  assertEquals(parseCSV("a\n?\n1", { missing: ["?"] }).missing, { a: [0] });
});

Deno.test("readCSV: what is wrong is said, with where", async () => {
  for (
    const [text, words, options] of [
      ["", "it must have a column"],
      ["a,b\n1,2\n1,2,3", "every row must have 2 values, one for each of a, b: current 3 in row 1"],
      ["a,b\n1", "current 1 in row 0"],
      ['a\n"x', "quotes must be closed"],
      ["a,a\n1,2", 'two columns "a"'],
      ["a\n1\nx", 'column "a" must hold numbers: current "x" in row 1', { types: { a: "number" } }],
      ["a\n1\nx", 'column "a" must hold true or false', { types: { a: "boolean" } }],
    ] as const
  ) {
    assertThrows(() => parseCSV(text, options as object), DataError, words);
  }
  assertThrows(() => parseCSV("a\n1", { seperator: ";" } as object), TypeError, "seperator");
  assertThrows(() => parseCSV("a\n1", { types: { b: "text" } }), RangeError, "one of a");
  await assertRejects(() => readCSV("a,b\n1,2"), DataError, "Give it to parseCSV");
  await assertRejects(() => readCSV("/none.csv"), DataError, "/none.csv");
  const table = parseCSV("age,town,ok\n1,Ulm,true\n,Bonn,\n");
  for (
    const [f, words] of [
      [() => table.numbers(), 'column "age" must have one in every row: current none in row 1'],
      [() => table.numbers(["town"]), 'oneHot("town")'],
      [() => table.labels("ok"), 'dropMissing("ok")'],
      [() => table.oneHot("town", ["Ulm"]), '"Bonn"'],
    ] as const
  ) assertThrows(f, DataError, words);
  assertThrows(() => table.column("agee"), RangeError, "age, town, ok");
  assertThrows(() => table.fillMissing({ town: "mean" }), RangeError, "of numbers");
  assertThrows(() => table.fillMissing({ age: { value: "x" } }), RangeError, "of its type");
  assertThrows(() => Table.from({ a: [1], b: [1, 2] }), DataError, "as many values in each");
});

Deno.test("tables: missing values filled in, left out, categories as columns, as pandas", () => {
  const { mean, median, mostFrequent, dummies, dummyNames } = fixture.filled;
  const table = Table.from({
    town: ["Ulm", null, "Bonn", "Ulm"],
    size: [1, null, 4, 7.5],
    kind: ["b", "a", "a", "b"],
  });
  assertValues(table.fillMissing({ size: "mean" }).column("size").values, mean);
  assertValues(table.fillMissing({ size: "median" }).column("size").values, median);
  assertValues(table.fillMissing({ town: "mostFrequent" }).column("town").values, mostFrequent);
  const coded = table.oneHot("town");
  assertEquals(coded.names, [...dummyNames, "size", "kind"]);
  assertValues(coded.numbers(dummyNames), dummies);
  assertEquals(table.dropMissing().length, 3);
  assertEquals(table.dropMissing("kind").length, 4);
  assertEquals(table.rows([2, 0]).column("kind").values, ["a", "b"]);
  assertEquals(String(table).split("\n")[2], "size: number, 1 missing");
});

Deno.test("label encoder: as scikit-learn, by way of JSON; unknown labels are listed", () => {
  for (
    const { labels, numbers, classes } of fixture.encoders as {
      labels: string[];
      numbers: number[];
      classes: string[];
    }[]
  ) {
    const encoder = new LabelEncoder();
    assertValues(encoder.fitTransform(labels), numbers);
    const again = LabelEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
    assertEquals(again.classes, classes);
    assertEquals(again.inverseTransform(numbers), labels);
  }
  const encoder = new LabelEncoder().fit(["a", "b"]);
  assertThrows(() => encoder.transform(["a", "x", "y"]), DataError, 'current "x", "y"');
  assertThrows(() => encoder.inverseTransform([2]), DataError, "from 0 to 1: current 2 at 0");
  assertThrows(() => new LabelEncoder().transform(["a"]), TypeError, "Call fit");
  assertThrows(() => new LabelEncoder().fit([1, "a"]), DataError, "number and string");
  for (const json of [null, {}, { classes: [] }, { classes: ["a", "a"] }, { classes: [1, "a"] }]) {
    assertThrows(() => LabelEncoder.fromJSON(json), DataError, "classes");
  }
});

for (const one of fixture.scalers) {
  Deno.test(`scalers: ${one.name}, as scikit-learn, there, back and by way of JSON`, () => {
    const data = one.data.map((row) => row.map((value) => value ?? NaN));
    const standard = new StandardScaler().fit(data);
    const minMax = new MinMaxScaler({ range: [-1, 3], clip: true }).fit(data);
    assertValues(standard.mean, one.mean, 1e-12);
    assertValues(standard.variance, one.variance, 1e-9);
    for (
      const [scaler, y, yNew] of [
        [standard, one.standard, one.standardNew],
        [
          StandardScaler.fromJSON(JSON.parse(JSON.stringify(standard))),
          one.standard,
          one.standardNew,
        ],
        [minMax, one.minMax, one.minMaxNew],
        [MinMaxScaler.fromJSON(JSON.parse(JSON.stringify(minMax))), one.minMax, one.minMaxNew],
      ] as const
    ) {
      assertValues(scaler.transform(data), y, 2e-6);
      assertValues(scaler.transform(one.new), yNew, 2e-6);
      assertValues(scaler.inverseTransform(scaler.transform(data)), one.data);
    }
  });
}

Deno.test("scalers: vectors, windows, tensors; what does not fit is refused", () => {
  const scaler = new StandardScaler();
  assertEquals(scaler.fitTransform([1, 3]).shape, [2]);
  assertEquals([...scaler.transform(tensor([5])).data], [3]);
  const windows = ndarray(Float32Array.of(0, 10, 2, 30), [1, 2, 2]);
  assertEquals([...new StandardScaler().fitTransform(windows).data], [-1, -1, 1, 1]);
  assertThrows(() => scaler.transform([[1, 2]]), ShapeError, "1 features, as at fit");
  assertThrows(() => new MinMaxScaler().transform([1]), TypeError, "Call fit first");
  assertThrows(() => scaler.fit([[1, NaN], [2, NaN]]), DataError, "none in feature 1");
  assertThrows(() => scaler.fit([[Infinity]]), DataError, "Infinity in feature 0");
  assertThrows(() => new MinMaxScaler({ range: [1, 1] }), RangeError, "the second one greater");
  for (const json of [null, { mean: [1] }, { mean: [1], variance: [1, 2] }]) {
    assertThrows(() => StandardScaler.fromJSON(json), DataError, "standard scaler");
  }
});

Deno.test("trainTestSplit: sizes and classes as scikit-learn, seeded, every row once", () => {
  for (const { counts, testSize, sizes, train, test } of fixture.splits) {
    const y = counts.flatMap((count, label) => new Array<number>(count).fill(label));
    const x = ndarray(Float32Array.from(y.flatMap((_, i) => [i, -i])), [y.length, 2]);
    const split = trainTestSplit(x, y, { testSize, stratify: true, seed: 3 });
    const count = (labels: number[]) =>
      counts.map((_, label) => labels.filter((one) => one === label).length);
    assertEquals(
      [count(split.train.y), count(split.test.y)].map((c) => c.reduce((a, b) => a + b)),
      sizes,
    );
    // Of classes with equal remainders chance says which one gets the row.
    if (new Set(counts).size === counts.length) {
      assertEquals([count(split.train.y), count(split.test.y)], [train, test]);
    }
    const rows = [split.train, split.test].flatMap(({ x, y: labels }) =>
      labels.map((label, i) => {
        assertEquals([y[x.get(i, 0)], x.get(i, 1)], [label, -x.get(i, 0)]);
        return x.get(i, 0);
      })
    );
    assertEquals(rows.sort((a, b) => a - b), y.map((_, i) => i));
    const again = trainTestSplit(x, y, { testSize, stratify: true, seed: 3 });
    assertEquals(again.test.x.data, split.test.x.data);
    const other = trainTestSplit(x, y, { testSize, stratify: true, seed: 4 });
    assert(other.test.x.data.join() !== split.test.x.data.join());
  }
});

Deno.test("trainTestSplit: tables, tensors, typed arrays, no y, the end of a series; refusals", () => {
  const table = Table.from({ a: [1, 2, 3, 4], k: ["x", "x", "y", "y"] });
  const { train, test } = trainTestSplit(table, undefined, {
    testSize: 2,
    stratify: table.column("k").values as string[],
  });
  assertEquals([[...train.x.column("k").values].sort(), test.x.length, test.y], [
    ["x", "y"],
    2,
    undefined,
  ]);
  const ordered = trainTestSplit(tensor([[1], [2], [3], [4]]), Int32Array.of(1, 2, 3, 4), {
    shuffle: false,
  });
  assertEquals([ordered.test.x.array(), ordered.test.y], [[[4]], Int32Array.of(4)]);
  const split = (y: number[], options: object) => () => trainTestSplit([1, 2, 3, 4], y, options);
  assertThrows(split([1, 2, 3], {}), DataError, "4 and 3");
  assertThrows(split([1, 1, 1, 2], { stratify: true }), DataError, "2 rows or more");
  assertThrows(split([1, 1, 2, 2], { stratify: true, testSize: 1 }), RangeError, "2 classes");
  assertThrows(split([1, 1, 2, 2], { testSize: 4 }), RangeError, "4 of 4 rows");
  assertThrows(split([1, 1, 2, 2], { testSize: -1 }), RangeError, "testSize");
  assertThrows(
    split([1, 1, 2, 2], { stratify: true, shuffle: false }),
    RangeError,
    "shuffle false",
  );
  assertThrows(() => trainTestSplit([1, 2], undefined, { stratify: true }), DataError, "no y");
});

Deno.test("kFold: as scikit-learn without shuffling; with it, every row is tested with once", async () => {
  for (const { n, folds, y, plain, stratified } of fixture.folds) {
    const x = y.map((_, i) => i);
    const tests = (options: object) =>
      [...kFold(x, y, { folds, ...options })].map(({ test }) => test.x);
    assertEquals(tests({ shuffle: false }), plain);
    if (stratified) assertEquals(tests({ shuffle: false, stratify: true }), stratified);
    for (const stratify of [false, stratified !== null]) {
      const shuffled = tests({ seed: 1, stratify });
      assertEquals(shuffled.flat().sort((a, b) => a - b), x);
      assertEquals(shuffled, tests({ seed: 1, stratify }));
      if (n > folds) {
        assert(JSON.stringify(shuffled) !== JSON.stringify(tests({ seed: 2, stratify })));
      }
    }
  }
  assertThrows(() => [...kFold([1, 2], undefined, { folds: 3 })], DataError, "current 2 rows");
  assertThrows(() => [...kFold([1, 2], [0, 1], { folds: 2, stratify: true })], DataError, "2 rows");
  assertThrows(() => [...kFold([1, 2], undefined, { folds: 1 })], RangeError, "at least 2");
  const { scores, mean, deviation } = await crossValidate(
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    ({ fold }) => fold,
    {
      folds: 4,
    },
  );
  assertEquals([scores, mean], [[0, 1, 2, 3], 1.5]);
  assert(Math.abs(deviation - Math.sqrt(1.25)) < 1e-12);
});

Deno.test("padSequences: as Keras, of integers and of steps with features", () => {
  for (const { sequences, options, y } of fixture.pads) {
    const found = padSequences(sequences as number[][], options as { maxlen: number });
    assertValues(found, y);
    assertEquals(found.shape.length, "dtype" in options ? 3 : 2);
  }
  assertThrows(() => padSequences([[1, 0.5]]), DataError, "0.5 at step 1 of sequence 0");
  assertThrows(
    () => padSequences([[[1, 2]], [[1]]], { dtype: "float32" }),
    DataError,
    "2 features",
  );
  assertThrows(() => padSequences([]), DataError, "at least one");
  assertThrows(() => padSequences([[1]], { maxlen: 0 }), RangeError, "maxlen");
});

Deno.test("vocabularies of words: as scikit-learn, unknown ones and padding, by way of JSON", () => {
  const options = { level: "word", spaces: false } as const, { texts } = fixture;
  for (const { maxSize, words } of fixture.words) {
    const plain = Vocabulary.fromTexts(texts, { ...options, maxSize: maxSize ?? undefined });
    // Which of equally frequent words stay, is left to the library.
    if (maxSize === null) assertEquals(plain.symbols.filter((word) => word !== ","), words);
    assertEquals(plain.size, words.length);
  }
  const all = { ...options, padding: "[PAD]", unknown: "[UNK]", maxSize: 5 };
  const v = Vocabulary.fromTexts(["b b c c c", "a d d"], all);
  assertEquals(v.symbols, ["[PAD]", "[UNK]", "b", "c", "d"]);
  for (const one of [v, Vocabulary.fromJSON(JSON.parse(JSON.stringify(v)))]) {
    assertEquals([...one.encode("c, a\nd!")], [3, 1, 4]);
    assertEquals(one.decode([0, 0, 3, 1, 4]), "c [UNK] d");
    assertEquals(one.encode("...").length, 0);
  }
  const known = Vocabulary.fromText("to be", options);
  assertEquals(assertThrows(() => known.encode("to, bee"), DataError).offset, 4);
  assertThrows(() => Vocabulary.fromText("a", { spaces: false }), RangeError, 'level: "word"');
  assertThrows(() => Vocabulary.fromText("a", { unknown: "", padding: "" }), RangeError, "differ");
  assertThrows(() => Vocabulary.fromText("a", { ...all, maxSize: 2 }), RangeError, "at least 3");
  assertThrows(() => Vocabulary.fromText("?!", options), DataError, "at least one word");
});

Deno.test("seriesWindows: as Keras, of several features and of one that is forecast", () => {
  const { data, cases } = fixture.series;
  for (const { options, inputs, targets } of cases) {
    const found = seriesWindows(data, options);
    assertValues(found.inputs, inputs);
    assertValues(found.targets, targets);
    const one = seriesWindows(data, { ...options, target: 1 });
    assertEquals(one.targets.shape, [inputs.length, options.horizon]);
    assertValues(one.targets, targets.map((steps) => steps.map((step) => step[1])));
  }
  assertThrows(() => seriesWindows([1, 2], { length: 2 }), DataError, "3: current 2");
  assertThrows(() => seriesWindows([1, NaN, 2], { length: 1 }), DataError, "NaN at 1");
  assertThrows(() => seriesWindows([1, 2], { length: 1, target: 1 }), RangeError, "target");
  assertThrows(() => seriesWindows([1, 2], {} as { length: number }), RangeError, "length");
});
