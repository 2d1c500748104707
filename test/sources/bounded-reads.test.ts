import { describe, expect, it } from 'vitest';
import { BoundedReads } from '../../src/sources/bounded-reads.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('reads that may not end', () => {
  it('give what they read, or null where they fail', async () => {
    const reads = new BoundedReads();
    expect(await reads.of('a', async () => 7)).toBe(7);
    expect(await reads.of('a', () => Promise.reject(new Error('gone')))).toBeNull();
    expect(reads.takeUnanswered()).toEqual([]);
  });

  it('are left behind at the deadline, and named', async () => {
    const reads = new BoundedReads(5);
    expect(await reads.of('the executable of process 7', never)).toBeNull();
    expect(reads.takeUnanswered()).toEqual(['the executable of process 7']);
    expect(reads.takeUnanswered()).toEqual([]);
  });

  it('are not begun again while one is pending, but when it has ended', async () => {
    const reads = new BoundedReads(5);
    let begun = 0;
    let answer: (value: number) => void = () => {};
    const slow = (): Promise<number> => {
      begun += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    await reads.of('x', slow);
    expect(await reads.of('x', slow)).toBeNull();
    expect([begun, reads.takeUnanswered()]).toEqual([1, ['x']]);
    answer(1);
    await new Promise((resolve) => setTimeout(resolve));
    expect(await reads.of('x', async () => 2)).toBe(2);
  });

  it('take a bounded number of threads', async () => {
    const reads = new BoundedReads(5);
    let begun = 0;
    const counted = (): Promise<never> => {
      begun += 1;
      return never();
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => reads.of(`object ${index}`, counted)));
    expect(begun).toBe(32);
    expect(reads.takeUnanswered()).toHaveLength(100);
  });
});
