/**
 * Writes `inter.ts`: two weights of Inter, cut down to the characters that charts use, gzip, base64.
 * Run in this folder, with npm:@expo-google-fonts/inter@0.4.2 unpacked somewhere
 * (`npm pack @expo-google-fonts/inter@0.4.2`, `tar xzf`):
 * `deno run --allow-read --allow-write --allow-env build.ts <folder with 400Regular and 600SemiBold>`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import subsetFont from "npm:subset-font@2.9.0";

const ranges = [[0x20, 0x7e], [0xa0, 0x17f], [0x391, 0x3c9], [0x2010, 0x2027], [0x2190, 0x2193]];
const signs = "′″‰⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉€ℓ∂∇∈−∏∑√∞∥·≈≠≤≥±×÷ŷ✓✗▲●■◆";
const text =
  ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))
  ).join("") + signs;

const weights = [["regular", "400Regular"], ["semiBold", "600SemiBold"]];
let body =
  `// Made by build.ts. Inter: copyright 2020 The Inter Project Authors, SIL Open Font License 1.1
// (OFL.txt). Changed: cut down to ${[...text].length} characters.

`;
for (const [name, file] of weights) {
  const whole = await Deno.readFile(`${Deno.args[0]}/${file}/Inter_${file}.ttf`);
  const small = await subsetFont(Buffer.from(whole), text, {
    targetFormat: "truetype",
    preserveNameIds: [16, 17], // family and style: what tells the weights apart
    noLayoutClosure: true,
  });
  const zipped = await new Response(
    new Blob([new Uint8Array(small)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  console.log(`${name}: ${small.length} bytes, ${zipped.length} zipped`);
  body += `const ${name} = "${zipped.toBase64()}";\n`;
}
body += `
async function unzip(base64: string): Promise<Uint8Array> {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

let fonts: Promise<Uint8Array[]> | undefined;

/** Inter in regular and semi-bold, as TrueType files. */
export function loadFonts(): Promise<Uint8Array[]> {
  return fonts ??= Promise.all([regular, semiBold].map(unzip));
}
`;
await Deno.writeTextFile(new URL("inter.ts", import.meta.url), body);
