import { describe, expect, it } from 'vitest';
import type { Unreadable } from '../../src/model/observation.ts';
import { unreadableTexts } from '../../src/report/unreadable-text.ts';

function fault(line: number | undefined, reason = 'no audit record', file = 'audit.log'): Unreadable {
  return { at: line === undefined ? { file } : { file, line }, reason, text: '' };
}

describe('what could not be read', () => {
  it('is told once for the lines of one file that have one reason', () => {
    const faults = [fault(7), fault(8), fault(9, 'cut off'), fault(1, 'no audit record', 'other.log'), fault(12)];
    expect(unreadableTexts(faults, false)).toEqual([
      'audit.log:7: no audit record (and lines 8, 12)',
      'audit.log:9: cut off',
      'other.log:1: no audit record',
    ]);
    expect(unreadableTexts([fault(7), fault(8)], false)).toEqual(['audit.log:7: no audit record (and line 8)']);
  });

  it('is told as runs of lines, and counted where there are many or none', () => {
    const faults = Array.from({ length: 1300 }, (_, index) => fault(index + 1));
    expect(unreadableTexts(faults, false)).toEqual(['audit.log:1: no audit record (and lines 2-1300)']);
    const odd = Array.from({ length: 1300 }, (_, index) => fault(2 * index + 1));
    expect(unreadableTexts(odd, false)).toEqual([
      'audit.log:1: no audit record (and lines 3, 5, 7, 9, 11, 13 and 1,293 more)',
    ]);
    expect(unreadableTexts([fault(undefined), fault(undefined)], false)).toEqual([
      'audit.log: no audit record, 2 times',
    ]);
  });

  it('is a line each when each is asked for', () => {
    expect(unreadableTexts([fault(7), fault(8)], true)).toEqual([
      'audit.log:7: no audit record',
      'audit.log:8: no audit record',
    ]);
  });
});
