import { describe, expect, it } from 'vitest';
import { processProblems } from '../../src/sources/process-problems.ts';

describe('what a walk over the processes did not look at', () => {
  it('is nothing mostly', () => {
    expect(processProblems({ refused: 0, unfinished: [] })).toEqual([]);
  });

  it('is said, and whether the next look goes on with it', () => {
    const [refused, unfinished] = processProblems({ refused: 2, unfinished: [5, 6, 7, 8] });
    expect(refused?.goesOn).toBeUndefined();
    expect(unfinished).toMatchObject({ section: 'processes', goesOn: true });
    expect(unfinished?.message).toContain('4 processes (5, 6, 7 and others)');
  });
});
