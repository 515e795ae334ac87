import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decode } from "npm:fast-png@8.0.0";
import {
  contourChart,
  imageGrid,
  jupyterDisplay,
  layerGraph,
  learningCurve,
  lineChart,
  panels,
  Picture,
} from "./mod.ts";
import { textWidth } from "./theme.ts";

const chart = () => lineChart({ title: "Title", series: [{ y: [1, 2] }] });

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();

Deno.test("toPNG draws the chart at twice its size, on white, text included", async () => {
  const png = decode(await chart().toPNG());
  assertEquals([png.width, png.height], [1440, 840]);
  assertEquals([...png.data.slice(0, 4)], [255, 255, 255, 255]);
  // The title stands at 20, 18 in 16 units: nothing else is dark there.
  let dark = 0;
  for (let y = 36; y < 72; y++) {
    for (let x = 40; x < 120; x++) if (png.data[(y * png.width + x) * 4] < 100) dark++;
  }
  assert(dark > 150, `${dark} dark pixels`);
  const small = decode(await chart().toPNG({ scale: 0.5 }));
  assertEquals([small.width, small.height], [360, 210]);
});

Deno.test("SVG places its texts by numbers alone", async () => {
  const pictures = [
    chart(),
    learningCurve({ loss: [1, 2], valLoss: [2, 3] }, { title: "T" }),
    contourChart({
      f: (points) => points.map(([x, y]) => x * y),
      x: { min: -1, max: 1 },
      y: { min: -1, max: 1 },
    }),
  ];
  for (const picture of pictures) {
    const svg = await picture.toSVG();
    for (const unknown of ["dominant-baseline", "alignment-baseline", "baseline-shift"]) {
      assert(!svg.includes(unknown), unknown);
    }
    assert([...svg.matchAll(/<text [^>]*>/g)].every(([tag]) => / y="-?[\d.]+"/.test(tag)), svg);
  }
});

Deno.test("toPNG refuses a scale that is no size", async () => {
  for (const scale of [0, -1, NaN, Infinity]) {
    await assertRejects(() => chart().toPNG({ scale }), RangeError, `current scale is ${scale}`);
  }
});

Deno.test("PNG text has the width that layouts count on, in both weights", async () => {
  const words = "Mini-batch loss 0.123, ŷ = σ(z)";
  for (const weight of [400, 600]) {
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="20"><text x="0" y="15" ` +
      `font-family="Inter" font-size="12" font-weight="${weight}">${words}</text></svg>`;
    const picture = new Picture({ svg: () => Promise.resolve(svg), terminal: () => "" });
    const png = decode(await picture.toPNG({ scale: 1 }));
    const columns = Array.from({ length: 400 }, (_, x) => x).filter((x) =>
      Array.from({ length: 20 }, (_, y) => png.data[(y * 400 + x) * 4 + 3]).some((alpha) =>
        alpha > 60
      )
    );
    const width = columns[columns.length - 1];
    const expected = textWidth(words, 12);
    assert(width > expected * 0.8 && width < expected * 1.05, `${weight}: ${width} of ${expected}`);
  }
});

Deno.test("save writes SVG or PNG by the extension and makes the folder", () =>
  inFolder(async (folder) => {
    await chart().save(`${folder}/a/b/chart.svg`);
    assertEquals(await Deno.readTextFile(`${folder}/a/b/chart.svg`), await chart().toSVG());
    await chart().save(new URL(`file://${folder}/a/b/chart.PNG`), { scale: 1 });
    assertEquals(decode(await Deno.readFile(`${folder}/a/b/chart.PNG`)).width, 720);
    assertEquals(await namesIn(`${folder}/a/b`), ["chart.PNG", "chart.svg"]);
  }));

Deno.test("save replaces an old file", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/chart.svg`, "old");
    await chart().save(`${folder}/chart.svg`);
    assertStringIncludes(await Deno.readTextFile(`${folder}/chart.svg`), "Title");
    assertEquals(await namesIn(folder), ["chart.svg"]);
  }));

Deno.test("save refuses other extensions and names those it knows", () =>
  inFolder(async (folder) => {
    for (const name of ["chart.jpg", "chart", "svg"]) {
      await assertRejects(
        () => chart().save(`${folder}/${name}`),
        TypeError,
        "must end in .svg or .png: current name is",
      );
    }
    assertEquals(await namesIn(folder), []);
  }));

Deno.test("save leaves the old file whole and nothing beside it where drawing fails", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/chart.svg`, "old");
    const broken = new Picture({
      svg: () => Promise.reject(new Error("no ink")),
      terminal: () => "",
    });
    await assertRejects(() => broken.save(`${folder}/chart.svg`), Error, "no ink");
    assertEquals(await Deno.readTextFile(`${folder}/chart.svg`), "old");
    assertEquals(await namesIn(folder), ["chart.svg"]);
  }));

Deno.test("save leaves what was there whole and nothing beside it where renaming fails", () =>
  inFolder(async (folder) => {
    // A folder with something in it stands where the file should go.
    await Deno.mkdir(`${folder}/chart.svg`);
    await Deno.writeTextFile(`${folder}/chart.svg/kept`, "old");
    await assertRejects(() => chart().save(`${folder}/chart.svg`), Error);
    assertEquals(await namesIn(folder), ["chart.svg"]);
    assertEquals(await Deno.readTextFile(`${folder}/chart.svg/kept`), "old");
  }));

Deno.test({
  name:
    "save follows links, keeps the mode, refuses what is no file and clears what killed saves left",
  ignore: Deno.build.os === "windows", // There are no pipes, links and modes there.
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/there`);
      await Deno.symlink("there/chart.svg", `${folder}/link.svg`);
      for (const text of ["new", "old"]) {
        await chart().save(`${folder}/link.svg`);
        assertStringIncludes(await Deno.readTextFile(`${folder}/there/chart.svg`), "Title", text);
        assert((await Deno.lstat(`${folder}/link.svg`)).isSymlink);
      }
      await Deno.chmod(`${folder}/there/chart.svg`, 0o600);
      await Deno.writeTextFile(`${folder}/there/.chart.svg.${crypto.randomUUID()}.part`, "half");
      await chart().save(`${folder}/link.svg`);
      assertEquals((await Deno.stat(`${folder}/there/chart.svg`)).mode! & 0o777, 0o600);
      assertEquals(await namesIn(`${folder}/there`), ["chart.svg"]);
      await new Deno.Command("mkfifo", { args: [`${folder}/pipe.svg`] }).output();
      await Deno.symlink("/dev/null", `${folder}/device.svg`);
      await Deno.symlink("circle.svg", `${folder}/circle.svg`);
      const found = { pipe: "a pipe", device: "a device", circle: "links" };
      for (const [name, what] of Object.entries(found)) {
        await assertRejects(() => chart().save(`${folder}/${name}.svg`), Error, what);
      }
      assert((await Deno.lstat(`${folder}/pipe.svg`)).isFifo);
    }),
});

Deno.test("save without permission to read says so and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const script = `import { lineChart } from ${JSON.stringify(import.meta.resolve("./mod.ts"))};
      await lineChart({ series: [{ y: [1, 2] }] }).save(${JSON.stringify(`${folder}/chart.svg`)});`;
    await Deno.writeTextFile(`${folder}/save.ts`, script);
    const run = (...flags: string[]) =>
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--no-check",
          "--no-lock",
          `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
          ...flags,
          `${folder}/save.ts`,
        ],
      }).output();
    const refused = await run(`--allow-write=${folder}`);
    assertStringIncludes(new TextDecoder().decode(refused.stderr), "Requires read access");
    assertStringIncludes(new TextDecoder().decode(refused.stderr), "Run with --allow-read=");
    assertEquals(await namesIn(folder), ["save.ts"]);
    const allowed = await run(`--allow-write=${folder}`, `--allow-read=${folder}`);
    assertEquals([allowed.success, await namesIn(folder)], [true, ["chart.svg", "save.ts"]]);
  }));

Deno.test("a notebook gets SVG and text for charts, PNG and text for image grids", async () => {
  const bundle = await chart()[jupyterDisplay]();
  assertEquals(bundle["image/svg+xml"], await chart().toSVG());
  assertEquals(bundle["text/plain"], chart().toTerminal({ columns: 80, color: false }));
  const grid = imageGrid([[[0, 255]]], { range: [0, 255], scale: 1, gap: 0 });
  const shown = await grid[jupyterDisplay]();
  const bytes = Uint8Array.from(atob(shown["image/png"]), (char) => char.charCodeAt(0));
  assertEquals([...decode(bytes).data], [0, 255]);
  assertEquals(jupyterDisplay, Symbol.for("Jupyter.display") as typeof jupyterDisplay);
});

Deno.test({
  name: "drawing needs no permission",
  permissions: "none",
  async fn() {
    assert((await chart().toPNG()).length > 1000);
    assert((await chart().toSVG()).length > 1000);
    assertStringIncludes(chart().toTerminal(), "Title");
    const grid = imageGrid([[[0, 1]]], { range: [0, 1], captions: ["a"] });
    assert((await grid.toPNG()).length > 100);
    const layer = { className: "Dense", outputShape: [1], parameters: 2, inputs: [] };
    const graph = layerGraph([{ name: "dense", ...layer }]);
    assertStringIncludes(await panels([graph, grid]).toSVG(), "dense");
  },
});
