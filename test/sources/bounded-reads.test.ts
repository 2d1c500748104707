import { describe, expect, it } from 'vitest';
import { BoundedReads } from '../../src/sources/bounded-reads.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('reads that may not end', () => {
  it('give what they read, or null where they fail', async () => {
    const reads = new BoundedReads();
    expect(await reads.of('a', async () => 7)).toBe(7);
    const refused = () => Promise.reject(new Error('refused'));
    expect(await reads.of('a', refused)).toBeNull();
    expect(await reads.of('of a process that has ended', refused, () => true)).toBeNull();
    expect(reads.takeUnread()).toEqual([{ object: 'a', reason: 'refused' }]);
  });

  it('are left behind at the deadline, and named', async () => {
    const reads = new BoundedReads(5);
    expect(await reads.of('the executable of process 7', never)).toBeNull();
    expect(reads.takeUnread()).toEqual([
      { object: 'the executable of process 7', reason: 'there was no answer in time' },
    ]);
    expect(reads.takeUnread()).toEqual([]);
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
    expect([begun, reads.takeUnread().map(({ object }) => object)]).toEqual([1, ['x']]);
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
    expect(begun).toBeLessThanOrEqual(20);
    expect(reads.takeUnread()).toHaveLength(100);
  });

  it('are all made where they are answered, however many there are, a few at a time', async () => {
    const reads = new BoundedReads();
    let running = 0;
    let most = 0;
    const read = async (): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return 7;
    };
    const all = await Promise.all(Array.from({ length: 100 }, (_, index) => reads.of(`object ${index}`, read)));
    expect(all.every((value) => value === 7)).toBe(true);
    expect(reads.takeUnread()).toEqual([]);
    expect(most).toBeLessThan(32);
  });
});
