import { describe, expect, it } from 'vitest';
import { type Heap, MemoryLimit } from '../../src/engine/memory-limit.ts';

const MIB = 2 ** 20;

function heap(
  live: number,
  garbage: number,
  collects = true,
): Heap & { live: number; garbage: number; collections: number } {
  const state = {
    live,
    garbage,
    collections: 0,
    limit: 1000 * MIB,
    used: () => state.live + state.garbage,
    collect: collects
      ? () => {
          state.collections += 1;
          state.garbage = 0;
        }
      : null,
  };
  return state;
}

describe('the limit of memory', () => {
  it('is reached by what is in use, and not by garbage', () => {
    const of = heap(100 * MIB, 700 * MIB);
    const limit = new MemoryLimit(of);
    expect(limit.isReached()).toBe(false);
    of.live = 600 * MIB;
    expect(limit.isReached()).toBe(true);
    expect(limit.reason(5 * MIB)).toContain('stopped after 5.0 MiB of the input');
  });

  it('collects no more often than the heap grows', () => {
    const of = heap(480 * MIB, 100 * MIB);
    const limit = new MemoryLimit(of);
    for (let i = 0; i < 100; i += 1) {
      expect(limit.isReached()).toBe(false);
      of.garbage = 50 * MIB;
    }
    expect(of.collections).toBe(1);
  });

  it('waits for a fuller heap where nothing can be collected on demand', () => {
    const of = heap(100 * MIB, 700 * MIB, false);
    const limit = new MemoryLimit(of);
    expect(limit.isReached()).toBe(false);
    of.garbage = 800 * MIB;
    expect(limit.isReached()).toBe(true);
  });
});
