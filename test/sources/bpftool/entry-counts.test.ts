import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EntryCounts, isCounted } from '../../../src/sources/bpftool/entry-counts.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';
import { bpftoolMap } from '../../helpers/observations.ts';

describe('entries of maps', () => {
  let tool: FakeTool;
  beforeEach(() => {
    // Map 7 is refused, each other has as many entries as its id says.
    tool = fakeTool(
      'bpftool',
      `cd "$(dirname "$0")"; id=$6; echo "$id" >> asked
      if [ "$id" = 7 ]; then echo '{"error":"Operation not permitted"}'; exit 255; fi
      out='['; for n in $(seq "$id"); do out="$out{\\"key\\":[\\"0x01\\"],\\"value\\":[\\"0x02\\"]},"; done; echo "\${out%,}]"`,
    );
    writeFileSync(join(tool.directory, 'asked'), '');
  });
  afterEach(() => tool.remove());

  const asked = () => {
    const ids = readFileSync(join(tool.directory, 'asked'), 'utf8').trim().split('\n').map(Number);
    writeFileSync(join(tool.directory, 'asked'), '');
    return ids;
  };
  const signal = new AbortController().signal;

  it('are counted of maps that can be full, and not of large ones', () => {
    expect(isCounted(bpftoolMap(1))).toBe(true);
    expect(isCounted(bpftoolMap(1, { type: 'lpm_trie', max_entries: 16_384 }))).toBe(true);
    expect(isCounted(bpftoolMap(1, { max_entries: 16_385 }))).toBe(false);
    expect(isCounted(bpftoolMap(1, { bytes_value: 32_765 }))).toBe(false);
    for (const type of ['array', 'lru_hash', 'ringbuf', 'queue', 9])
      expect(isCounted(bpftoolMap(1, { type }))).toBe(false);
  });

  it('are those of the dump; one that is refused has none', async () => {
    const counts = new EntryCounts(tool.path);
    const maps = [3, 7, 12].map((id) => bpftoolMap(id));
    expect(await counts.read(maps, signal)).toEqual({ 3: 3, 12: 12 });
    expect(await counts.read([bpftoolMap(12)], signal)).toEqual({ 12: 12 });
  });

  it('are counted of sixteen maps a look, in turn, and remembered', async () => {
    const counts = new EntryCounts(tool.path);
    const maps = Array.from({ length: 20 }, (_, index) => bpftoolMap(index + 8));
    expect(Object.keys(await counts.read(maps, signal))).toHaveLength(16);
    expect(asked()).toHaveLength(16);
    expect(Object.keys(await counts.read(maps, signal))).toHaveLength(20);
    expect(asked().slice(0, 4)).toEqual([24, 25, 26, 27]);
  });
});
