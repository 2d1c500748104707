import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES } from './bpf.ts';

/** A directory with one executable shell script, for tests of what runs tools. Remove it with `remove`. */
export interface FakeTool {
  readonly directory: string;
  readonly path: string;
  remove(): void;
}

export function fakeTool(name: string, script: string): FakeTool {
  const directory = mkdtempSync(join(tmpdir(), 'bpfwitness-tool-'));
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}`);
  chmodSync(path, 0o755);
  return { directory, path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/**
 * A script of test/fixtures/bpf in the place of bpftool, with variables that it reads: tools that bpfwitness runs have no
 * environment of ours.
 */
export function scriptedTool(script: string, variables: { readonly [name: string]: string }): FakeTool {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return fakeTool('bpftool', `${assignments.join(' ')} exec perl ${quoted(join(FIXTURES, script))} "$@"\n`);
}
