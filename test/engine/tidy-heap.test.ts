import { describe, expect, it } from 'vitest';
import { TidyHeap } from '../../src/engine/tidy-heap.ts';

const MIB = 2 ** 20;

describe('tidying the heap', () => {
  it('collects after each growth of 16 MiB since the last collection', () => {
    let used = 50 * MIB;
    let collected = 0;
    const heap = new TidyHeap(
      () => used,
      () => {
        collected += 1;
        used = 60 * MIB;
      },
    );
    heap.tidyWhenGrown();
    used = 66 * MIB;
    heap.tidyWhenGrown();
    expect(collected).toBe(0);
    used = 67 * MIB;
    heap.tidyWhenGrown();
    expect(collected).toBe(1);
    used = 76 * MIB;
    heap.tidyWhenGrown();
    expect(collected).toBe(1);
    used = 77 * MIB;
    heap.tidyWhenGrown();
    expect(collected).toBe(2);
  });

  it('leaves V8 alone where it cannot be asked to collect', () => {
    let used = 0;
    const heap = new TidyHeap(() => used, null);
    used = 500 * MIB;
    expect(() => heap.tidyWhenGrown()).not.toThrow();
  });
});
