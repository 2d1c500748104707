import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { sha256Of } from './sums.ts';

/** What a build reads. */
const SOURCES = ['src', 'scripts', 'demo', 'package.json', 'package-lock.json', 'deno.json', 'LICENSE', 'node_modules'];

/** Builds a copy of the sources in a temporary folder; returns the SHA-256 of the file that `output` is there. */
export function buildElsewhere(output: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-build-'));
  try {
    // Packages are copied as well: a path that they are linked from would be a part of what the bundler sees.
    for (const source of SOURCES) cpSync(source, join(folder, source), { recursive: true, verbatimSymlinks: true });
    symlinkSync(resolve('.cache'), join(folder, '.cache'));
    execFileSync(process.execPath, ['run', '-A', 'scripts/build.ts'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return sha256Of(join(folder, output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
