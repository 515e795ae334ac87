/** Which images there are, and of which class: in a folder, or among the files that a page was given. */
import { builtin, openFile } from "@neurite/tensor/files";
import { DataError } from "@neurite/tensor";

/**
 * A file that a page was given, such as one of `<input type="file" webkitdirectory multiple>`, or anything
 * with a path and bytes.
 */
export interface ImageFile {
  /** Its path from the folder of all classes on: `cats/1.jpg`; without it, that of the page's file. */
  readonly path?: string;
  /** Its path from the folder that the user chose on, that folder included. */
  readonly webkitRelativePath?: string;
  /** Its name, for messages. */
  readonly name?: string;
  /** Its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A file with an image, and what reads it. */
export interface Source {
  /** Its path from the folder of all classes on. */
  readonly path: string;
  /** Its bytes. */
  read(): Promise<Uint8Array>;
}

/** A class with its images. */
export interface ClassOfImages {
  readonly name: string;
  readonly sources: readonly Source[];
}

/** Names of images. */
const IMAGE = /\.(png|jpe?g)$/i;
/** What systems leave in folders: nobody's data. */
const LITTER = /(^|\/)(\..*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;
/** Folders in folders; links that lead in a circle make more. */
const DEEPEST = 32;
/** Files that a warning names. */
const NAMED = 3;

/** The classes among files, sorted by name; what is no image is left out with a warning. */
export async function listImages(
  from: string | URL | readonly ImageFile[],
): Promise<ClassOfImages[]> {
  const where = Array.isArray(from) ? "the files" : String(from);
  const { sources, folders } = Array.isArray(from)
    ? { sources: filesOf(from), folders: [] }
    : await readFolder(from as string | URL);
  const classes = new Map<string, Source[]>(folders.map((name) => [name, []]));
  const others: string[] = [], loose: string[] = [];
  for (const source of sources) {
    const { path } = source, [name, ...rest] = path.split("/");
    if (LITTER.test(path)) continue;
    if (!IMAGE.test(path)) others.push(path);
    else if (rest.length === 0) loose.push(path);
    else classes.set(name, [...classes.get(name) ?? [], source]);
  }
  const list = [...classes].map(([name, sources]) => ({
    name,
    sources: sources.toSorted((a, b) => a.path < b.path ? -1 : 1),
  })).sort((a, b) => a.name < b.name ? -1 : 1);
  checkClasses(where, list, loose);
  if (others.length > 0) {
    console.warn(
      `imageFolder leaves out ${others.length} of the files in ${where}, which are neither .png nor ` +
        `.jpg: ${named(others)}`,
    );
  }
  return list;
}

/** Refuses what nothing can be learnt from. */
function checkClasses(where: string, classes: readonly ClassOfImages[], loose: string[]): void {
  const refuse = (rule: string, found: string, fix = "") => {
    throw new DataError(`Cannot take images from ${where} as ${rule}: current ${found}${fix}`, {
      file: where,
      expected: rule,
      found,
    });
  };
  const rule = "there must be a folder with images for each of at least two classes";
  if (loose.length > 0) {
    refuse("each image must lie in the folder of its class", named(loose));
  }
  if (classes.length < 2) {
    const found = classes.length === 0 ? "none" : `one, ${classes[0].name}`;
    refuse(rule, found, ". Its folders name the classes");
  }
  const empty = classes.filter(({ sources }) => sources.length === 0).map(({ name }) => name);
  if (empty.length > 0) {
    refuse(rule, `no .png or .jpg in ${named(empty)}`, ". Take the empty folders away");
  }
}

function named(paths: readonly string[]): string {
  const more = paths.length > NAMED ? `, and ${paths.length - NAMED} more` : "";
  return paths.slice(0, NAMED).join(", ") + more;
}

/** The files of a page, by their path from the folder of classes on. */
function filesOf(files: readonly ImageFile[]): Source[] {
  return files.map((file) => {
    const { path, webkitRelativePath, name = "" } = file;
    const chosen = webkitRelativePath?.split("/").slice(1).join("/");
    return {
      path: path ?? (chosen || name),
      read: async () => new Uint8Array(await file.arrayBuffer()),
    };
  });
}

/** All files in a folder, and the folders right in it. */
async function readFolder(
  from: string | URL,
): Promise<{ sources: Source[]; folders: string[] }> {
  const system = builtin<typeof import("node:fs/promises")>("fs/promises");
  if (system === undefined) {
    throw new DataError(
      `Cannot take images from ${from} as a folder must lie in a file system: current platform without ` +
        'one, such as a page. Give the files of <input type="file" webkitdirectory multiple>',
      { file: String(from), expected: "a file system", found: "none" },
    );
  }
  const { readdir, stat } = system, { join } = builtin<typeof import("node:path")>("path")!;
  const root = from instanceof URL
    ? builtin<typeof import("node:url")>("url")!.fileURLToPath(from)
    : from;
  const sources: Source[] = [], folders: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    if (depth > DEEPEST) {
      throw new DataError(
        `Cannot take images from ${root} as folders must be at most ${DEEPEST} deep: current ` +
          `${folder}. Does a link lead in a circle?`,
        { file: root, expected: `at most ${DEEPEST} folders`, found: folder },
      );
    }
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (LITTER.test(path)) continue;
      const info = await stat(join(root, path)), full = join(root, path);
      if (info.isDirectory()) {
        if (depth === 0) folders.push(name);
        await visit(path, depth + 1);
      } else {
        sources.push({
          path,
          read: async () => {
            const file = await openFile(full);
            return await file.read(0, file.size).finally(() => file.close());
          },
        });
      }
    }
  };
  try {
    await visit("", 0);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { name, message: found } = cause as Error;
    const remedy = name === "NotCapable" ? `. Run with --allow-read=${root}` : "";
    throw new DataError(
      `Cannot take images from ${root} as it must be a folder that can be read: current ${found}${remedy}`,
      { file: root, expected: "a folder that can be read", found, cause },
    );
  }
  return { sources, folders };
}
