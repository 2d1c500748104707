import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/model/snapshot.ts';
import { readTracing } from '../../../src/sources/proc/tracing.ts';

describe('tracefs', () => {
  let place = '';
  let covered = '';
  beforeEach(() => {
    covered = '';
    place = mkdtempSync(join(tmpdir(), 'bpfwitness-test-'));
  });
  afterEach(() => rmSync(place, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(place, name), text);
  const read = (...places: readonly string[]) => {
    const problems: Problem[] = [];
    return {
      tracing: readTracing(problems, places.length === 0 ? [place] : places, (path) => path !== covered),
      problems,
    };
  };

  it('is read as it is; what this kernel does not have is empty', () => {
    write('available_tracers', 'nop\n');
    write('enabled_functions', 'vfs_read (1)\n');
    write('uprobe_events', 'p:a/b /x:0x1\n');
    expect(read()).toEqual({
      tracing: {
        enabledFunctions: 'vfs_read (1)\n',
        kprobeEvents: '',
        uprobeEvents: 'p:a/b /x:0x1\n',
        dynamicEvents: '',
      },
      problems: [],
    });
  });

  it('is looked for in each place', () => {
    write('available_tracers', 'nop\n');
    expect(read(join(place, 'nowhere'), tmpdir(), place).tracing).not.toBeNull();
  });

  it('is a problem where it is not mounted', () => {
    expect(read()).toEqual({
      tracing: null,
      problems: [
        { section: 'function-hooks', message: 'hooks in the kernel are not looked for: tracefs is not mounted' },
      ],
    });
  });

  it('says which file could not be read, or is of a tracer', () => {
    write('available_tracers', 'nop\n');
    write('enabled_functions', 'schedule (1)\n'.repeat(100_000));
    mkdirSync(join(place, 'kprobe_events'));
    const { tracing, problems } = read();
    expect(tracing).toEqual({ uprobeEvents: '', dynamicEvents: '' });
    expect(problems.map(({ section }) => section)).toEqual(['function-hooks', 'probe-events']);
    expect(problems[0]?.message).toContain('a tracer that is called from all functions is on');
    expect(problems[1]?.message).toContain(join(place, 'kprobe_events'));
  });

  it('does not believe what is mounted over it', () => {
    write('available_tracers', 'nop\n');
    for (const name of ['enabled_functions', 'kprobe_events', 'uprobe_events', 'dynamic_events']) write(name, '');
    covered = join(place, 'enabled_functions');
    const { tracing, problems } = read();
    expect(tracing?.enabledFunctions).toBeUndefined();
    expect(problems[0]?.message).toContain('another file system is mounted over it');
    covered = place;
    expect(read().tracing).toBeNull();
    expect(readTracing([], [place])).toBeNull();
  });
});
