import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isSmallDump } from '../../../src/sources/bpftool/dump-size.ts';
import { bpftoolMap } from '../../helpers/observations.ts';

describe('a small dump', () => {
  it('has few entries', () => {
    expect(isSmallDump(bpftoolMap(1, { max_entries: 64 }), 64)).toBe(true);
    expect(isSmallDump(bpftoolMap(1, { max_entries: 65 }), 64)).toBe(false);
    expect(isSmallDump(bpftoolMap(1, { max_entries: '1' }), 64)).toBe(false);
  });

  it('has two MiB of keys and values at most', () => {
    // 64 entries of 4 bytes and a value.
    expect(isSmallDump(bpftoolMap(1, { bytes_value: 32_764 }), 64)).toBe(true);
    expect(isSmallDump(bpftoolMap(1, { bytes_value: 32_765 }), 64)).toBe(false);
    expect(isSmallDump(bpftoolMap(1, { bytes_value: '8' }), 64)).toBe(false);
  });

  it('has a value for each processor in a map of each', () => {
    const full = 32_764 / cpus().length;
    for (const type of ['percpu_hash', 'percpu_array', 'lru_percpu_hash']) {
      expect(isSmallDump(bpftoolMap(1, { type, bytes_value: Math.floor(full) }), 64)).toBe(true);
      expect(isSmallDump(bpftoolMap(1, { type, bytes_value: Math.floor(full) + 1 }), 64)).toBe(false);
    }
  });
});
