/**
 * From an ECharts option to a clean, self-contained SVG: no classes, no scripts, no data that only
 * ECharts reads, and the same text for the same picture every time.
 *
 * @module
 */
import type { CustomSeriesRenderItemReturn, EChartsOption, init as Init } from "npm:echarts@6.1.0";
import { ink } from "./theme.ts";

/** What ECharts draws: an option with nothing that moves. */
export type Option = EChartsOption;

/** What a layer that draws itself gives ECharts. */
export type Shape = CustomSeriesRenderItemReturn;

/** Draws `option`; `title` is what a screen reader says. ECharts is loaded on the first call. */
export async function renderChart(
  option: Option,
  width: number,
  height: number,
  title: string,
): Promise<string> {
  // The bundle, not the modules: those ask for the environment variable NODE_ENV.
  const { init } = await import("npm:echarts@6.1.0/dist/echarts.esm.min.mjs") as {
    init: typeof Init;
  };
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: ink.paper, ...option });
    return tidy(chart.renderToSVGString(), title);
  } finally {
    chart.dispose();
  }
}

function tidy(svg: string, title: string): string {
  const clean = svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, "")
    .replace(/ (class|ecmeta_\w+|pointer-events|baseProfile|version|xmlns:xlink)="[^"]*"/g, "")
    .replace(/<path d="[^"]*"[^>]*fill="rgb\(0,0,0\)" fill-opacity="0"[^>]*><\/path>/g, "")
    .replace(/<path d="[^"]*"( transform="[^"]*")? fill="none"><\/path>/g, "")
    .replace(/<defs >\s*<\/defs>/g, "")
    .replace(/\n+/g, "\n");
  const named = clean.replace("<svg ", `<svg role="img" aria-label="${escapeXml(title)}" `);
  // ECharts numbers its clip paths by how many charts it drew before; name them by what they hold.
  const key = hash(named.replace(/zr\d+-/g, "zr-"));
  return named.replace(/zr\d+-/g, `p${key}-`);
}

/** `text` for use inside XML, attribute values included. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** FNV-1a, 32 bits, in base 36: names clip paths so that pictures in one page do not mix. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}
