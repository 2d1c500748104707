import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutput } from '../../src/cli/output.ts';
import { protectInputs } from '../../src/cli/protect-inputs.ts';
import { guardOutputs } from '../../src/system/output-file.ts';

const LOG = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';

/** What another user does who can rename the folder that an output is to be in. */
describe('a folder that is swapped', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swapped-'));
    for (const folder of ['evidence', 'mine']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'evidence/out'), LOG, { mode: 0o600 });
  });
  afterEach(() => {
    guardOutputs(() => {});
    rmSync(root, { recursive: true });
  });

  const swap = (): void => {
    renameSync(join(root, 'mine'), join(root, 'away'));
    symlinkSync('evidence', join(root, 'mine'));
  };
  const compared = (): void => {
    const command = new Command().argument('[path...]').option('-o, --output <file>');
    protectInputs(command.parse([join(root, 'evidence'), '-o', join(root, 'mine/out')], { from: 'user' }));
  };

  it('leads to no input when the output is opened', () => {
    compared();
    swap();
    expect(() => openOutput(join(root, 'mine/out'), true)).toThrow(/one of the files to be read \(.*evidence\)/);
    expect(readFileSync(join(root, 'evidence/out'), 'utf8')).toBe(LOG);
  });

  it('leads to no input when the output is replaced', () => {
    writeFileSync(join(root, 'mine/out'), 'older', { mode: 0o600 });
    compared();
    const output = openOutput(join(root, 'mine/out'), true);
    swap();
    output.write('newer');
    output.close();
    expect(readFileSync(join(root, 'evidence/out'), 'utf8')).toBe(LOG);
    expect(readFileSync(join(root, 'away/out'), 'utf8')).toBe('newer');
    expect([readdirSync(join(root, 'evidence')), readdirSync(join(root, 'away'))]).toEqual([['out'], ['out']]);
  });

  it('is no matter where nothing is read from it', () => {
    compared();
    const output = openOutput(join(root, 'mine/out'), true);
    output.write('new');
    output.close();
    expect(readFileSync(join(root, 'mine/out'), 'utf8')).toBe('new');
  });
});
