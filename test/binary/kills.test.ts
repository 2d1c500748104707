import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BINARY, killCapture, killWatch } from '../helpers/kills.ts';

const skipped = reasonToSkip();
if (skipped !== null) console.warn(`tests of kills skipped: ${skipped}`);

function reasonToSkip(): string | null {
  if (!existsSync(BINARY)) return 'no dist/bpfwitness';
  if (process.getuid?.() !== 0) return 'not root';
  return spawnSync('bpftool', ['prog', 'list']).status === 0 ? null : 'bpftool cannot list programs';
}

/** `npm run proof:kills` does the same two hundred times. */
const KILLS = 3;

describe.skipIf(skipped !== null)('what a kill leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-kills-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has all that watch showed, in a state directory that verify finds whole', { timeout: 600_000 }, async () => {
    const { faults, shown } = await killWatch(KILLS, folder);
    expect({ faults, shown }).toEqual({ faults: [], shown: KILLS });
  });

  it('has every head that capture printed, and can be read', { timeout: 600_000 }, async () => {
    const { faults, shown } = await killCapture(KILLS, folder);
    expect({ faults, shown }).toEqual({ faults: [], shown: KILLS });
  });
});
