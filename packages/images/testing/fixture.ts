/** The fixtures of this package: images in base64. */

/** A file and its pixels. */
export interface DecodeFixture {
  files: {
    name: string;
    file: Uint8Array;
    width: number;
    height: number;
    channels: number;
    data: Uint8Array;
    within: number;
  }[];
}

/** Names of strings that are bytes. */
const BYTES = new Set(["file", "data", "image"]);

/** Reads a fixture, bytes out of base64. */
export async function readFixture<T>(name: string): Promise<T> {
  const text = await Deno.readTextFile(new URL(`../fixtures/${name}`, import.meta.url));
  return JSON.parse(
    text,
    (key, value) => BYTES.has(key) && typeof value === "string" ? bytesOf(value) : value,
  );
}

/** The bytes of a text in base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
