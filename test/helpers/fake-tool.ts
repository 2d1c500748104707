import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
