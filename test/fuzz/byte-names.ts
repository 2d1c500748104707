import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SourceError } from '../../src/model/observation.ts';
import { openInputs } from '../../src/sources/open.ts';
import { textOfPath } from '../../src/text/path-bytes.ts';
import { type TarEntry, tarOf } from '../helpers/tar.ts';
import type { Random } from './random.ts';

/** Files with names that are bytes: the same as a tar archive and as a tree that tar(1) unpacks from it. */
export interface NamedFiles {
  readonly archive: Buffer;
  /** Paths within it, as `textOfPath` gives them. */
  readonly names: readonly string[];
}

/** Names, as latin1, that collectors look for, and pieces that are UTF-8 in part or not at all (RFC 3629). */
const PIECES = [
  'audit.log',
  'audit.log.1',
  'var',
  'log',
  'audit',
  'sosreport-web1',
  'sos_commands',
  'sysctl.d',
  '\xff',
  '\xfe.log',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xe2\x82',
  '\xc3\xa9',
  '\x80',
  '\x1b[2J',
  '\n',
  '!',
  '\\xff',
  ' (2)',
] as const;

/** Up to four files with these contents, at paths of up to three odd names, none of which is a folder of another. */
export function namedFiles(contents: readonly Uint8Array[], random: Random): NamedFiles {
  const entries: TarEntry[] = [];
  const names: string[] = [];
  for (const [at, data] of contents.slice(0, 4).entries()) {
    // The number keeps a file from being the folder of another one.
    const path = Buffer.concat([
      ...Array.from({ length: random.below(3) }, () => Buffer.concat([oddName(random), Buffer.from('.d/')])),
      oddName(random),
      Buffer.from(`${at}`),
    ]);
    entries.push({ name: '', data, change: (header) => header.set(path.subarray(0, 100)) });
    names.push(textOfPath(path.subarray(0, 100)));
  }
  return { archive: tarOf(entries), names };
}

/** One to three pieces, each a known one or a byte that a name may have. Twelve bytes at most. */
function oddName(random: Random): Buffer {
  const pieces = Array.from({ length: 1 + random.below(3) }, () =>
    random.below(4) === 0 ? String.fromCharCode(nameByte(random)) : random.pick(PIECES),
  );
  return Buffer.from(pieces.join('').slice(0, 12), 'latin1');
}

/** Any byte but NUL, the slash and the dot, of which a name of its own would mean another folder. */
function nameByte(random: Random): number {
  const byte = 1 + random.below(255);
  return byte === 0x2f || byte === 0x2e ? 0xff : byte;
}

/** Unpacks it below `folder`, works on the tree, and removes that again. */
export async function inTree<T>(
  { archive }: NamedFiles,
  folder: string,
  work: (tree: string) => T,
): Promise<Awaited<T>> {
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  try {
    execFileSync('tar', ['-x', '-f', '-', '-C', tree, '--no-same-owner'], { input: archive });
    return await work(tree);
  } finally {
    // Not by `rmSync`, which in some versions of Deno does not find such names.
    execFileSync('rm', ['-r', tree]);
  }
}

/** Those of these files, given with the path they have, that reading `spec` does not account for. */
export async function filesLost(
  spec: string | { readonly name: string; readonly bytes: Uint8Array },
  paths: readonly string[],
): Promise<readonly string[]> {
  const told = new Set<string>();
  try {
    const source = await openInputs([spec], { now: () => 0 });
    for await (const batch of source.observations(new AbortController().signal)) {
      for (const each of batch) if (each.kind === 'unreadable') told.add(each.unreadable.at.file);
    }
    for (const { name } of source.facts()) told.add(name);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // It names the first five.
    for (const path of paths) if (error.message.includes(path)) told.add(path);
  }
  return paths.filter((path) => !told.has(path));
}
