import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The deno to run `compile` with, what to add to its environment, and where its base runtime comes from. */
export interface Compiler {
  readonly deno: string;
  readonly env: { readonly [name: string]: string };
  readonly description: string;
  /** Version of Deno and SHA-256 of the base runtime, where it is the pinned one. */
  readonly runtime: { readonly version: string; readonly sha256: string } | null;
}

/**
 * `deno compile` puts a program behind a base runtime, denort, that it would download. Two packages of the npm registry
 * have what is needed: deno 2.4.2, and a program compiled by just that version, whose ELF image is the denort of 2.4.2
 * followed by its own payload.
 */
const PINNED = {
  version: '2.4.2',
  deno: '@deno/linux-x64-glibc@2.4.2',
  denoSha256: '1d6580e813252f6b27a41d97d2e3725a408baa2e765a86e45f65b228d3e93ad6',
  carrier: '@vltpkg/cli-linux-x64@0.0.0-18',
  member: 'package/vlt',
  denortSha256: '2705685d7478610b98dcd43acecd457a19810146323041c8af8a88f7dd0b5e82',
} as const;

const CACHE = '.cache/denort';

/**
 * Finds a base runtime: the one that `DENORT_BIN` names, or the one in the npm registry that is pinned by its hash. What
 * Deno would download is not taken: which one that is depends on the machine, and so would the bytes of the binary.
 */
export function findCompiler(): Compiler {
  const installed = 'node_modules/deno/deno';
  const given = process.env.DENORT_BIN;
  if (given !== undefined && given !== '')
    return { deno: installed, env: {}, description: `base runtime: DENORT_BIN=${given}`, runtime: null };
  const deno = cached('deno', () => fromPackage(PINNED.deno, 'package/deno'));
  const denort = cached('denort', () => elfImage(fromPackage(PINNED.carrier, PINNED.member)));
  expectHash(deno, PINNED.deno, PINNED.denoSha256);
  expectHash(denort, PINNED.carrier, PINNED.denortSha256);
  return {
    deno,
    env: { DENORT_BIN: denort },
    description: `base runtime: Deno ${PINNED.version} out of the npm package ${PINNED.carrier}, checked by its SHA-256`,
    runtime: { version: PINNED.version, sha256: PINNED.denortSha256 },
  };
}

/** Removes a file that is not the one that was tried, and throws: the next build gets it anew. */
function expectHash(path: string, from: string, expected: string): void {
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (hash === expected) return;
  rmSync(path);
  throw new Error(`${path}, from the npm package ${from}, has SHA-256 ${hash}, not ${expected}: build again`);
}

function cached(name: string, make: () => Uint8Array): string {
  const path = join(process.cwd(), CACHE, `${name}-${PINNED.version}`);
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
