import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Pack, unreadPack } from '../checks/pack/pack.ts';
import { parseSqlFile } from '../checks/pack/sql-file.ts';
import { listFolder } from '../system/names.ts';
import { reasonOf } from '../text/system-error.ts';
import { readText } from './read-text.ts';

const SQL = /\.sql$/;
const YAML = /\.ya?ml$/;

/**
 * The checks in a folder, not in those within it, or in one file: what is named `*.sql`, `*.yaml` or `*.yml`, by name.
 * Hidden files are passed over. What cannot be read is a refused check, so that it is not overlooked.
 */
export async function readChecks(path: string): Promise<readonly Pack[]> {
  let files: readonly string[];
  try {
    files = statSync(path).isDirectory() ? filesIn(path) : [path];
  } catch (error) {
    return [unreadPack(path, reasonOf(error))];
  }
  if (files.length === 0) return [unreadPack(path, 'the folder holds no file of checks: *.sql, *.yaml or *.yml')];
  return Promise.all(files.map(readFile));
}

/** A folder of checks and the files in it that {@link readChecks} reads, or one file. */
export function checkPaths(path: string): readonly string[] {
  try {
    return statSync(path).isDirectory() ? [path, ...filesIn(path)] : [path];
  } catch {
    // Reading it says why it cannot be read.
    return [path];
  }
}

/** Whether there is anything for {@link readChecks} in a folder. One that cannot be listed has something, to be told of. */
export function holdsChecks(folder: string): boolean {
  try {
    return filesIn(folder).length > 0;
  } catch {
    return true;
  }
}

function filesIn(folder: string): readonly string[] {
  const names = listFolder(folder)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && (SQL.test(name) || YAML.test(name)));
  return names.sort().map((name) => join(folder, name));
}

async function readFile(file: string): Promise<Pack> {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    return unreadPack(file, reasonOf(error));
  }
  if (SQL.test(file)) return parseSqlFile(file, text);
  if (!YAML.test(file)) return unreadPack(file, 'a file of checks is named *.sql, *.yaml or *.yml');
  // Who has no YAML does not wait for its parser.
  return (await import('../checks/pack/yaml-file.ts')).parseYamlFile(file, text);
}
