import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, parseFilter } from '../../src/text/match.ts';
import { printable } from '../../src/text/sanitise.ts';
import { formatClock, formatDuration, formatTime, parseDuration, parseTime } from '../../src/text/time.ts';
import { formatBytes, formatCount, parseBytes, plural } from '../../src/text/units.ts';

describe('printable', () => {
  it('leaves what can be shown, in any script', () => {
    expect(printable('cil_from_netdev')).toBe('cil_from_netdev');
    expect(printable('プログラム é 🐝')).toBe('プログラム é 🐝');
  });

  it('shows what a terminal would obey', () => {
    expect(printable('\u001b[2J\u001b]0;pwned\u0007')).toBe('\\x1b[2J\\x1b]0;pwned\\x07');
    expect(printable('a\nb\tc\rd\u0000')).toBe('a\\nb\\tc\\rd\\x00');
    expect(printable('\u009b31m')).toBe('\\x9b31m');
    expect(printable('user\u202etxt.exe')).toBe('user\\u202etxt.exe');
    expect(printable('a\u200bb\ufeff')).toBe('a\\u200bb\\ufeff');
    expect(printable('\ud800x')).toBe('\\ud800x');
    expect(printable('\u{e0041}')).toBe('\\u{e0041}');
  });

  it('never lets a control, format or surrogate character through, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });
});

describe('filters', () => {
  it('finds text in any column, upper and lower case alike', () => {
    expect(matches(parseFilter('XDP'), ['foo', 'xdp_drop'])).toBe(true);
    expect(matches(parseFilter('tc'), ['foo', 'xdp_drop'])).toBe(false);
  });

  it('inverts after !', () => {
    expect(matches(parseFilter('!xdp'), ['xdp_drop'])).toBe(false);
    expect(matches(parseFilter('!tc'), ['xdp_drop'])).toBe(true);
  });

  it('filters nothing when nothing was typed', () => {
    expect(parseFilter('')).toBeNull();
    expect(parseFilter('!')).toBeNull();
    expect(matches(null, [])).toBe(true);
  });
});

describe('times', () => {
  it('reads durations', () => {
    expect(['250ms', '2s', '2', '1.5m', '1h', '1d'].map(parseDuration)).toEqual([
      250, 2000, 2000, 90_000, 3_600_000, 86_400_000,
    ]);
    expect(['', 's', '-1s', '2 weeks', 'NaN', '1e3'].map(parseDuration)).toEqual(Array(6).fill(null));
  });

  it('reads moments', () => {
    const now = Date.UTC(2026, 10, 23, 12);
    expect(parseTime('10m', now)).toBe(now - 600_000);
    expect(parseTime('2026-11-23T11:00:00Z', now)).toBe(now - 3_600_000);
    expect(parseTime('2026-11-23 11:00:00', now)).toBe(now - 3_600_000);
    expect(parseTime('2026-11-23T13:00:00+02:00', now)).toBe(now - 3_600_000);
    expect(parseTime('2026-11-23', now)).toBe(now - 43_200_000);
    expect(parseTime('1707546943.213', now)).toBe(1_707_546_943_213);
    expect(parseTime('@1707546943213', now)).toBe(1_707_546_943_213);
    expect(parseTime('yesterday', now)).toBeNull();
    expect(parseTime('2026-13-45', now)).toBeNull();
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (time) => {
        expect(parseTime(formatTime(time), 0)).toBe(time);
      }),
    );
  });

  it('writes durations in two units at most', () => {
    expect([0, 999, 4250, 59_999, 185_000, 7_620_000, 442_800_000].map(formatDuration)).toEqual([
      '0ms',
      '999ms',
      '4.2s',
      '59.9s',
      '3m05s',
      '2h07m',
      '5d03h',
    ]);
    expect(formatClock(1_707_546_943_213)).toBe('06:35:43.213');
    expect(formatTime(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991');
  });
});

describe('units', () => {
  it('writes counts and sizes for people', () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([0, 512, 1536, 262_144_000].map(formatBytes)).toEqual(['0 B', '512 B', '1.5 KiB', '250 MiB']);
    expect([plural(1, 'event'), plural(1200, 'event'), plural(2, 'entry', 'entries')]).toEqual([
      '1 event',
      '1,200 events',
      '2 entries',
    ]);
  });

  it('reads sizes', () => {
    expect(['0', '512', '512B', '64MiB', '1.5 KiB', '2TiB'].map(parseBytes)).toEqual([
      0,
      512,
      512,
      64 * 2 ** 20,
      1536,
      2 * 2 ** 40,
    ]);
    const none = ['', 'MiB', '-1', '1e3', '64MB', '64 mib', '0.5', '1.1KiB', '99999TiB', '1  KiB', '0x10'];
    expect(none.map(parseBytes)).toEqual(none.map(() => null));
  });
});
