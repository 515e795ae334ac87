/**
 * From an ECharts option to a clean, self-contained SVG: no classes, no scripts, no data that only
 * ECharts reads, and the same text for the same picture every time.
 *
 * @module
 */
import type { CustomSeriesRenderItemReturn, EChartsOption, init as Init } from "npm:echarts@6.1.0";
import { escapeXml } from "./document.ts";
import { ink, type } from "./theme.ts";

/** What ECharts draws: an option with nothing that moves. */
export type Option = EChartsOption;

/** What a layer that draws itself gives ECharts. */
export type Shape = CustomSeriesRenderItemReturn;

/**
 * Draws `option`, and `written`, which is SVG, over it; `title` is what a screen reader says. ECharts
 * is loaded on the first call.
 */
export async function renderChart(
  option: Option,
  width: number,
  height: number,
  title: string,
  written = "",
): Promise<string> {
  // The bundle, not the modules: those ask for the environment variable NODE_ENV.
  const { init } = await import("npm:echarts@6.1.0/dist/echarts.esm.min.mjs") as {
    init: typeof Init;
  };
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: ink.paper, ...option });
    return tidy(chart.renderToSVGString(), title).replace(
      /<\/svg>\s*$/,
      `${around(written)}</svg>\n`,
    );
  } finally {
    chart.dispose();
  }
}

const around = (written: string) =>
  written === ""
    ? ""
    : `<g font-family="${type.family}" font-size="${type.tick}" fill="${ink.text}">\n${written}</g>\n`;

function tidy(svg: string, title: string): string {
  const clean = svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, "")
    .replace(/ (class|ecmeta_\w+|pointer-events|baseProfile|version|xmlns:xlink)="[^"]*"/g, "")
    .replace(/<path d="[^"]*"[^>]*fill="rgb\(0,0,0\)" fill-opacity="0"[^>]*><\/path>/g, "")
    .replace(/<path d="[^"]*"( transform="[^"]*")? fill="none"><\/path>/g, "")
    .replace(/<defs >\s*<\/defs>/g, "")
    .replace(/<text dominant-baseline="central" [^>]*>/g, onBaseline)
    .replace(/\n+/g, "\n");
  const named = clean.replace("<svg ", `<svg role="img" aria-label="${escapeXml(title)}" `);
  // ECharts numbers its clip paths by how many charts it drew before; name them by what they hold.
  const key = hash(named.replace(/zr\d+-/g, "zr-"));
  return named.replace(/zr\d+-/g, `p${key}-`);
}

/**
 * A text that was to be centred on a line, with its baseline below that line instead: half the height
 * of a capital, 0.35 of the size of the font. Not all that draw SVG know other baselines.
 */
function onBaseline(tag: string): string {
  const size = Number(tag.match(/font-size:([\d.]+)px/)?.[1]);
  const y = Number(tag.match(/ y="([^"]*)"/)?.[1] ?? 0);
  return tag.replace(' dominant-baseline="central"', "").replace(/ y="[^"]*"/, "")
    .replace(" transform=", ` y="${Math.round((y + 0.35 * size) * 100) / 100}" transform=`);
}

/** FNV-1a, 32 bits, in base 36: names clip paths so that pictures in one page do not mix. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}
