import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** An npm package of which something is in the bundle. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** The hash of its tarball, as package-lock.json has it: `sha512-BASE64`. */
  readonly integrity: string;
  /** Where it is installed. */
  readonly folder: string;
}

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

/** The packages that the files of a bundle are from, by name and version. Throws for one that is not locked. */
export function componentsOf(inputs: readonly string[]): readonly Component[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const components = [...folders].map((folder) => {
    const locked = lock.packages[folder];
    if (locked?.license === undefined || locked.integrity === undefined) {
      throw new Error(`${folder} is in the bundle, but package-lock.json has no licence and hash for it`);
    }
    // A package may be installed under another name than its own (`ink-table`).
    const { name } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { name: string };
    return { name, version: locked.version, licence: locked.license, integrity: locked.integrity, folder };
  });
  return components.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** `node_modules/a/node_modules/@b/c/d.js` → `node_modules/a/node_modules/@b/c`; null for a file of our own. */
function packageFolder(input: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(`${dirname(input)}/`)?.[0] ?? null;
}
