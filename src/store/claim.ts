import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { whyNotTrusted } from '../system/trust.ts';
import { StoreError } from './error.ts';
import { syncDirectory } from './files.ts';
import { takeLock } from './lock.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Makes a state directory if need be and locks it; returns what gives it back. Throws a StoreError where another user can
 * change it: also where that user made it between our look at what is there and our making it, since `mkdirSync` takes
 * what is there. Once it is ours, nobody else can change anything in it.
 */
export function claimDirectory(paths: StatePaths): () => void {
  const { directory } = paths;
  // Deno 2.4 does not say what it made, and each new folder is only safe once the one above it is synced.
  const missing: string[] = [];
  let folder = resolve(directory);
  for (; !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  refuseUntrusted(directory, [folder, ...paths.present()]);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  refuseUntrusted(directory, paths.present());
  for (const made of missing) syncDirectory(dirname(made));
  const release = takeLock(paths.lock);
  try {
    refuseUntrusted(directory, paths.present());
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function refuseUntrusted(directory: string, paths: readonly string[]): void {
  for (const path of paths) {
    const fault = whyNotTrusted(path);
    if (fault !== null) throw new StoreError(directory, fault);
  }
}
