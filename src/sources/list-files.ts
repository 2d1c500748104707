import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Unreadable } from '../model/observation.ts';
import { reasonOf } from '../text/system-error.ts';

/** Folders within folders that are looked into. */
const MAX_DEPTH = 16;

/** Files taken in all: each log among them stays open while it is read. */
const MAX_FILES = 4096;

export interface FoundFiles {
  /** In the order of their names within each folder. */
  readonly files: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * The files that a path means: a folder stands for all files in it and below. Symbolic links to folders are not
 * followed. A path that cannot be looked at stands for itself: opening it will say why.
 */
export async function listFiles(path: string): Promise<FoundFiles> {
  const files: string[] = [];
  const unreadable: Unreadable[] = [];
  const refuse = (file: string, reason: string): void => {
    unreadable.push({ at: { file }, reason, text: '' });
  };
  const add = (file: string): void => {
    if (files.length < MAX_FILES) files.push(file);
    else refuse(file, `not read: more than ${MAX_FILES} files`);
  };
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) return refuse(folder, `not read: more than ${MAX_DEPTH} folders deep`);
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      // Not by the locale, which is not the same everywhere.
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const inside = join(folder, entry.name);
        if (entry.isDirectory()) await walk(inside, depth + 1);
        else if (entry.isFile() || (await isLinkToFile(inside))) add(inside);
        else refuse(inside, 'not a regular file');
      }
    } catch (error) {
      refuse(folder, reasonOf(error));
    }
  };
  if ((await statOf(path))?.isDirectory() === true) await walk(path, 0);
  else add(path);
  return { files, unreadable };
}

/** Null for what cannot be looked at. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

async function isLinkToFile(path: string): Promise<boolean> {
  return (await statOf(path))?.isFile() === true;
}
