import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Unreadable } from '../model/observation.ts';
import { ENTRY, type FolderEntry, listFolder, typeOf } from '../system/names.ts';
import { reasonOf } from '../text/system-error.ts';

/** Folders within folders that are looked into. */
const MAX_DEPTH = 64;

/** Files taken in all. */
const MAX_FILES = 200_000;

export interface FoundFiles {
  /** In the order of their names within each folder. */
  readonly files: readonly string[];
  /** True when the path is a folder: what is in it was not named, and need not be ours. */
  readonly folder: boolean;
  /** What holds nothing to be read, and why. */
  readonly passedOver: readonly PassedOver[];
  /** What could not be looked into. */
  readonly unreadable: readonly Unreadable[];
}

/** Something in a folder or an archive that was not read as an input, and why not. */
export interface PassedOver {
  readonly name: string;
  readonly reason: string;
}

/**
 * The files that a path means: a folder stands for all files in it and below. Links in a folder are not followed: one
 * that leads out of a collected tree leads to a file of this host, not of the one that was collected, and one that
 * stays inside leads to a file that is found anyway. A path that cannot be looked at stands for itself: opening it will
 * say why.
 */
export async function listFiles(path: string): Promise<FoundFiles> {
  if (!(await isFolder(path))) return { files: [path], folder: false, passedOver: [], unreadable: [] };
  const walk = new Walk();
  await walk.into(path, 0);
  return { files: walk.files, folder: true, passedOver: walk.passedOver, unreadable: walk.unreadable };
}

class Walk {
  readonly files: string[] = [];
  readonly passedOver: PassedOver[] = [];
  readonly unreadable: Unreadable[] = [];

  async into(folder: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) return this.#refuse(folder, `not read: more than ${MAX_DEPTH} folders deep`);
    let entries: readonly FolderEntry[];
    try {
      entries = listFolder(folder);
    } catch (error) {
      return this.#refuse(folder, reasonOf(error));
    }
    // Not by the locale, which is not the same everywhere.
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(folder, entry.name);
      const type = entry.type === ENTRY.unknown ? typeOf(inside) : entry.type;
      if (type === ENTRY.folder) await this.into(inside, depth + 1);
      else if (type !== ENTRY.file) this.passedOver.push({ name: inside, reason: reasonToPassOver(type) });
      else if (this.files.length < MAX_FILES) this.files.push(inside);
      else this.#refuse(inside, `not read: more than ${MAX_FILES} files`);
    }
  }

  #refuse(file: string, reason: string): void {
    this.unreadable.push({ at: { file }, reason, text: '' });
  }
}

function reasonToPassOver(type: number): string {
  return type === ENTRY.link ? 'a link, not followed' : 'not a regular file';
}

/** False for what cannot be looked at. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
