import { describe, expect, it } from 'vitest';
import { digestEntries, isWatched } from '../../../src/sources/bpftool/contents.ts';
import { ownObjects } from '../../../src/sources/bpftool/own.ts';
import { ProgramIdMark } from '../../../src/sources/bpftool/program-ids.ts';

describe('ownObjects', () => {
  it('knows its own by the pid of the bpftool that ran, never by name', () => {
    const listed = {
      prog: [
        { id: 1, name: 'iter', pids: [{ pid: 50, comm: 'bpftool' }] },
        { id: 2, name: 'iter', pids: [{ pid: 60, comm: 'bpftool' }] },
        { id: 3, name: 'iter', pids: [] },
      ],
      map: [{ id: 4, pids: [{ pid: 50, comm: 'bpftool' }] }],
      link: [
        { id: 5, prog_id: 1 },
        { id: 6, prog_id: 2 },
      ],
    };
    expect(ownObjects(listed, [50, 51])).toEqual({ programs: [1], maps: [4], links: [5] });
  });

  it('has none when bpftool made none, whatever the list holds', () => {
    expect(ownObjects({ prog: [{ id: 1, pids: [null, 7, { pid: 'x' }] as never }] }, [7])).toBeUndefined();
    expect(ownObjects({}, [7])).toBeUndefined();
  });
});

describe('ProgramIdMark', () => {
  it('is exact once a new id was given out in the watch, and never falls', () => {
    const mark = new ProgramIdMark();
    expect(mark.note([{ id: 3 }, { id: 9 }])).toEqual({ highest: 9, exact: false });
    expect(mark.note([{ id: 3 }])).toEqual({ highest: 9, exact: false });
    expect(mark.note([{ id: 3 }, { id: 12 }])).toEqual({ highest: 12, exact: true });
    expect(mark.note([])).toEqual({ highest: 12, exact: true });
  });
});

describe('watched config maps', () => {
  it.each([
    [{ name: 'my_config', type: 'hash', max_entries: 64 }, true],
    [{ name: 'config', type: 'array', max_entries: 1 }, true],
    [{ name: 'counts', type: 'hash', max_entries: 64 }, false],
    [{ name: 'config_queue', type: 'queue', max_entries: 64 }, false],
    [{ name: 'big_config', type: 'hash', max_entries: 1_000_000 }, false],
    [{ name: 'wide_config', type: 'hash', max_entries: 64, bytes_value: 1_000_000 }, false],
    [{ type: 'hash', max_entries: 64 }, false],
  ])('%j: %s', (map, expected) => expect(isWatched({ bytes_key: 4, bytes_value: 8, ...map })).toBe(expected));

  it('digests entries alike in any order and with or without BTF, and otherwise differently', () => {
    const one = '{"key":["0x01"],"value":["0x02"],"formatted":{"key":1,"value":2}}';
    const two = '{"key":["0x02"],"value":["0x03"]}';
    const digest = digestEntries(`[${one},${two}]`);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digestEntries(`[${two},{"key":["0x01"],"value":["0x02"]}]`)).toBe(digest);
    expect(digestEntries(`[${one}]`)).not.toBe(digest);
    expect(digestEntries(`[${one},{"key":["0x02"],"value":["0x04"]}]`)).not.toBe(digest);
  });

  it('tells the values of each CPU apart', () => {
    const perCpu = (value: string) => `[{"key":["0x01"],"values":[{"cpu":0,"value":["${value}"]}]}]`;
    expect(digestEntries(perCpu('0x00'))).not.toBe(digestEntries(perCpu('0x01')));
  });

  it.each(['', '{"error":"no"}', '[{"key":["0x01"],"val'])('has no digest of %j', (dump) => {
    expect(digestEntries(dump)).toBeNull();
  });
});
