import { describe, expect, it } from 'vitest';
import type { Gap } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { collect } from '../helpers.ts';

/** `seconds:serial` or `seconds:serial:type`. */
async function read(...records: readonly string[]) {
  const lines = records.map((each) => {
    const [seconds = '', serial = '', type = 'BPF', body = 'op=LOAD'] = each.split(':');
    return `type=${type} msg=audit(${seconds}.000:${serial}): ${body}\n`;
  });
  const source = auditLogSource([memoryInput('a', new TextEncoder().encode(lines.join('')))]);
  const observations = await collect(source);
  const told = observations.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
  return { observations, told, facts: source.facts()[0]?.gaps ?? [] };
}

const short = (gaps: readonly Gap[]) => gaps.map(({ kind, at, time, count }) => [kind, at.line, time / 1000, count]);

describe('missing serials', () => {
  it('are told at the end, where they were noticed', async () => {
    const { told, facts, observations } = await read('1:1', '1:2', '1:3', '2:6', '2:7', '3:9');
    expect(short(told)).toEqual([
      ['serials', 4, 2, 2],
      ['serials', 6, 3, 1],
    ]);
    expect(told.map(({ message }) => message)).toEqual(['serials 4 to 5 are missing', 'serial 8 is missing']);
    expect(facts).toEqual(told);
    expect(observations.slice(-2).map(({ kind }) => kind)).toEqual(['gap', 'gap']);
  });

  it('are none where they come out of order, or the log begins in the middle', async () => {
    expect((await read('2:12', '1:11', '1:10', '2:13', '3:16', '3:14', '3:15', '3:14')).told).toEqual([]);
  });

  it('are told where most is missing, in a few large pieces', async () => {
    const from = (start: number) => Array.from({ length: 40 }, (_, i) => `${start}:${start + i}`);
    const { told } = await read(...from(1), ...from(5000));
    expect(told.map(({ message }) => message)).toEqual(['serials 41 to 4999 are missing']);
  });

  it('are none of a selection', async () => {
    expect((await read('1:1', '1:5', '1:9', '1:13')).facts).toEqual([]);
    // systemd loads half a dozen programs for a unit.
    const loads = Array.from({ length: 100 }, (_, i) => `1:${Math.floor(i / 6) * 50 + (i % 6)}`);
    expect((await read(...loads)).facts).toEqual([]);
  });

  it('are one gap where they are many', async () => {
    const records = Array.from({ length: 300 }, (_, i) => `1:${i}`).filter((_, i) => i % 4 !== 1);
    const { told } = await read(...records);
    expect(short(told)).toEqual([['serials', 224, 1, 75]]);
    expect(told[0]?.message).toBe('75 serials from 0 to 299 are missing, in 75 places');
  });

  it('stay countable where there are very many of them', async () => {
    const records = Array.from({ length: 30_000 }, (_, i) => `1:${i}`).filter((_, i) => i % 3 !== 1);
    expect((await read(...records)).told).toMatchObject([{ count: 10_000 }]);
  });

  it('are counted for each node, and not for what auditd numbers itself', async () => {
    const { told } = await read('1:1', '1:9000:DAEMON_START', '1:2', '2:9001:DAEMON_END', '2:3');
    expect(told).toEqual([]);
  });
});

describe('boots', () => {
  it('are where serials begin again, told before the events of the new one', async () => {
    const { observations, facts } = await read('1:100', '1:101', '90:1', '90:2', '91:3');
    expect(observations.map((each) => (each.kind === 'gap' ? each.gap.kind : each.time))).toEqual([
      1000,
      1000,
      'boot',
      90_000,
      90_000,
      91_000,
    ]);
    expect(short(facts)).toEqual([['boot', 3, 90, null]]);
  });

  it('are where the kernel says so, whatever the clock shows', async () => {
    const { told } = await read('100:1', '100:2', '5:1:KERNEL:state=initialized audit_enabled=0 res=1', '5:2', '6:3');
    expect(short(told)).toEqual([['boot', 3, 5, null]]);
  });

  it('are not told of the first, nor twice of one', async () => {
    const first = ['1:1:KERNEL:initialized', '20:2:SYSTEM_BOOT', '21:3'];
    expect((await read(...first)).told).toEqual([]);
    expect((await read('1:50', '900:1', '920:2:SYSTEM_BOOT', '921:3')).told).toHaveLength(1);
    expect((await read('1:50', '900:52:SYSTEM_BOOT', '921:53')).told).toHaveLength(1);
  });
});

describe('jumps of the clock', () => {
  it('are where time does not follow the serials', async () => {
    const { told } = await read('10000:1', '10001:2', '5000:3', '5001:4', '9999:5', '9998:6', '9000:7');
    expect(short(told)).toEqual(
      [
        ['clock', 3, 5000, -5_001_000],
        ['clock', 5, 9999, 4_998_000],
        ['clock', 7, 9000, -998_000],
      ].sort((a, b) => Number(a[2]) - Number(b[2])),
    );
  });

  it('are not where a newer event was written first, or serials are missing', async () => {
    expect(
      (await read('10:2', '1:1', '10:3', '90000:8', '90000:4', '90000:5')).told.filter((g) => g.kind === 'clock'),
    ).toEqual([]);
  });
});
