/**
 * The snippets of a README. A snippet is a fenced block marked `ts`. It gets the permissions that
 * the `deno run` lines of the shell blocks in its section name, and none where there are none. A
 * block marked `text` right after it is what it prints; `...` in it stands for anything.
 */

/** One snippet that a README shows. */
export interface Snippet {
  /** Line of the README at which its code starts, counted from 1. */
  line: number;
  /** The code as it stands. */
  code: string;
  /** The permissions that its section names: `--allow-read=data`. */
  permissions: string[];
  /** What the README says that it prints. */
  prints?: string;
}

interface Block {
  language: string;
  line: number;
  section: number;
  text: string;
}

const SHELLS = ["sh", "shell", "bash"];

function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let section = 0;
  let open: { fence: string; block: Block } | undefined;
  markdown.split("\n").forEach((line, index) => {
    const fence = line.match(/^\s*(`{3,}|~{3,})(.*)$/);
    if (open) {
      const closes = fence?.[1].startsWith(open.fence) && fence[2].trim() === "";
      if (!closes) open.block.text += line + "\n";
      else {
        blocks.push(open.block);
        open = undefined;
      }
    } else if (fence) {
      const block = { language: fence[2].trim(), line: index + 2, section, text: "" };
      open = { fence: fence[1], block };
    } else if (/^#+ /.test(line)) section++;
  });
  if (open) throw new Error(`Cannot read the block at line ${open.block.line} as it is not closed`);
  return blocks;
}

/** The permissions that a shell block names on its `deno run` lines. */
function permissionsOf(shell: string): string[] {
  return shell.replace(/\\\n/g, " ").split("\n")
    .filter((line) => /\bdeno run\b/.test(line))
    .flatMap((line) => line.match(/(?<=\s)--allow-[a-z]+(=\S+)?/g) ?? []);
}

/** The snippets of a README, in order. */
export function readSnippets(markdown: string): Snippet[] {
  const blocks = readBlocks(markdown);
  return blocks.flatMap((block, i) => {
    if (block.language !== "ts") return [];
    const shells = blocks.filter(({ language, section }) =>
      section === block.section && SHELLS.includes(language)
    );
    const permissions = [...new Set(shells.flatMap(({ text }) => permissionsOf(text)))];
    const next = blocks.at(i + 1);
    const prints = next?.language === "text" && next.section === block.section
      ? next.text
      : undefined;
    return [{ line: block.line, code: block.text, permissions, prints }];
  });
}

const tidy = (text: string): string =>
  text.trimEnd().split("\n").map((l) => l.trimEnd()).join("\n");

/** Whether a program printed what the README says. */
export function printsAsSaid(said: string, printed: string): boolean {
  const parts = tidy(said).split(/\.\.\.|…/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(tidy(printed));
}
