/** Parts of Markdown files that tools write, between two comments. */

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
export function between(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest, more] = text.split(begin), after = rest?.split(end);
  if (after?.length !== 2 || more !== undefined) {
    throw new Error(`Cannot write a part as ${begin} and ${end} must stand in the text once each`);
  }
  return `${before}${begin}\n\n${part}\n\n${end}${after[1]}`;
}

/** Markdown as `deno fmt` has it. */
export async function format(text: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await command.output();
  if (!success) throw new Error("Cannot write a part as it must be Markdown that deno fmt reads");
  return new TextDecoder().decode(stdout);
}
