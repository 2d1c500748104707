import { describe, expect, it } from 'vitest';
import { formatProgress, progressLine } from '../../src/cli/progress.ts';
import type { Progress } from '../../src/model/observation.ts';

const MIB = 1024 * 1024;

function progress(bytes: number, totalBytes: number | null): Progress {
  return { name: 'x', bytes, totalBytes, lines: 0, records: {} };
}

describe('a progress', () => {
  it('says how far it is, how fast, and how long it will take', () => {
    expect(formatProgress(progress(105 * MIB, 250 * MIB), 2000)).toBe(' 42%  105 MiB of 250 MiB  52.5 MiB/s  3s left');
    expect(formatProgress(progress(512 * MIB, 1024 * MIB), 8000)).toBe(' 50%  512 MiB of 1.0 GiB  64.0 MiB/s  8s left');
    expect(formatProgress(progress(1024 * MIB, 1024 * MIB * 100), 8000)).toContain('13m12s left');
  });

  it('says less where the total is not known', () => {
    expect(formatProgress(progress(105 * MIB, null), 2000)).toBe('105 MiB  52.5 MiB/s');
  });

  it('stands a file that grew, an empty one, and the first moment', () => {
    expect(formatProgress(progress(300, 200), 1000)).toBe('100%  300 B of 300 B  300 B/s');
    expect(formatProgress(progress(0, 0), 1000)).toBe('0 B');
    expect(formatProgress(progress(MIB, 2 * MIB), 0)).toBe(' 50%  1.0 MiB of 2.0 MiB');
  });
});

describe('the progress line', () => {
  function line(columns = 80) {
    const written: string[] = [];
    let time = 0;
    let bytes = 0;
    const made = progressLine(
      () => progress(bytes, 1000 * MIB),
      { columns, write: (text) => written.push(text) },
      () => time,
    );
    const at = (ms: number, read: number): void => {
      time = ms;
      bytes = read;
      made.update();
    };
    return { written, at, end: () => made.end() };
  }

  it('shows nothing of what is over within half a second', () => {
    const { written, at, end } = line();
    for (let ms = 0; ms < 500; ms += 10) at(ms, ms);
    end();
    expect(written).toEqual([]);
  });

  it('draws at most four times a second, over itself', () => {
    const { written, at } = line();
    for (let ms = 0; ms < 2500; ms += 1) at(ms, ms * MIB * 0.4);
    expect(written).toHaveLength(8);
    expect(written[0]).toMatch(/^\rreading {2}20% {2}200 MiB of 1000 MiB/);
    for (const text of written) expect(text.slice(1)).not.toMatch(/[\r\n]/);
  });

  it('leaves nothing of a longer line behind, and nothing at all at its end', () => {
    const { written, at, end } = line();
    at(600, 100 * MIB);
    at(900, 999 * MIB);
    end();
    at(5000, 1000 * MIB);
    const screen = written.join('').split('\r');
    expect(screen[2]?.length).toBeGreaterThanOrEqual(screen[1]?.length ?? 0);
    expect(screen.at(-2)).toBe(' '.repeat(screen[2]?.trimEnd().length ?? 0));
    expect(screen.at(-1)).toBe('');
  });

  it('never fills the last cell of a narrow terminal', () => {
    const { written, at } = line(20);
    at(600, 100 * MIB);
    expect(written[0]?.length).toBe(20);
  });
});
