import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The deno to run `compile` with, what to add to its environment, and a sentence on where its runtime comes from. */
export interface Compiler {
  readonly deno: string;
  readonly env: { readonly [name: string]: string };
  readonly says: string;
}

/**
 * `deno compile` puts a program behind a base runtime, denort, that it downloads. Where only an npm registry can be
 * reached, two packages have what is needed: deno 2.4.2, and a program compiled by just that version, whose ELF image
 * is the denort of 2.4.2 followed by its own payload.
 */
const FALLBACK = {
  version: '2.4.2',
  deno: '@deno/linux-x64-glibc@2.4.2',
  carrier: '@vltpkg/cli-linux-x64@0.0.0-18',
  member: 'package/vlt',
  denortSha256: '2705685d7478610b98dcd43acecd457a19810146323041c8af8a88f7dd0b5e82',
} as const;

const CACHE = '.cache/denort';

/** Looks for a base runtime: `DENORT_BIN`, then Deno's own download, then the npm registry. */
export function findCompiler(): Compiler {
  const installed = 'node_modules/deno/deno';
  const given = process.env.DENORT_BIN;
  if (given !== undefined && given !== '')
    return { deno: installed, env: {}, says: `base runtime: DENORT_BIN=${given}` };
  if (canDownload(installed)) return { deno: installed, env: {}, says: "base runtime: Deno's own download" };
  const deno = cached('deno', () => fromPackage(FALLBACK.deno, 'package/deno'));
  const denort = cached('denort', () => elfImage(fromPackage(FALLBACK.carrier, FALLBACK.member)));
  const hash = createHash('sha256').update(readFileSync(denort)).digest('hex');
  if (hash !== FALLBACK.denortSha256) {
    rmSync(denort);
    throw new Error(`the base runtime from ${FALLBACK.carrier} has SHA-256 ${hash}, not ${FALLBACK.denortSha256}`);
  }
  return {
    deno,
    env: { DENORT_BIN: denort },
    says: `base runtime: Deno ${FALLBACK.version} out of the npm package ${FALLBACK.carrier}, checked by its SHA-256`,
  };
}

/** Whether Deno finds or fetches its base runtime: tried on an empty program. */
function canDownload(deno: string): boolean {
  const probe = join(CACHE, 'probe.mjs');
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(probe, '');
  const args = [
    'compile',
    '--quiet',
    '--no-check',
    '--no-config',
    '--no-lock',
    '--output',
    join(CACHE, 'probe'),
    probe,
  ];
  const result = spawnSync(deno, args, { timeout: 120_000, stdio: 'ignore' });
  rmSync(join(CACHE, 'probe'), { force: true });
  return result.status === 0;
}

function cached(name: string, make: () => Uint8Array): string {
  const path = join(process.cwd(), CACHE, `${name}-${FALLBACK.version}`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  // Written under another name first: a build that is cut short must not leave half a compiler behind.
  writeFileSync(`${path}.part`, make());
  chmodSync(`${path}.part`, 0o755);
  renameSync(`${path}.part`, path);
  return path;
}

/** One file of an npm package, by the names of both. */
function fromPackage(spec: string, member: string): Uint8Array {
  const folder = join(CACHE, 'pack');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', spec], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  const tarball = packed[packed.length - 1] ?? '';
  execFileSync('tar', ['xzf', tarball, member], { cwd: folder });
  const bytes = readFileSync(join(folder, member));
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}

/** An ELF64 file without what was appended to it: it ends where its section header table ends (elf(5)). */
function elfImage(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const sectionHeaders = Number(view.getBigUint64(0x28, true));
  const entrySize = view.getUint16(0x3a, true);
  const entries = view.getUint16(0x3c, true);
  return file.subarray(0, sectionHeaders + entrySize * entries);
}
