import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckRunSummary } from '../../src/model/check.ts';
import { complianceTrend, passRate } from '../../src/trends/compliance.ts';
import { trendInterval } from '../../src/trends/interval.ts';

const run = (passed: number, failed: number, inconclusive = 0): CheckRunSummary => ({
  time: 0,
  passed,
  failed,
  inconclusive,
});

describe('compliance', () => {
  it('counts only what could be decided', () => {
    expect(passRate(run(3, 1, 2))).toBe(0.75);
    expect(passRate(run(0, 0, 6))).toBeNull();
  });

  it('says where it goes', () => {
    expect(complianceTrend([run(5, 1), run(3, 3), run(6, 0)])).toEqual({
      runs: 3,
      firstPassRate: 5 / 6,
      lastPassRate: 1,
      lowestPassRate: 0.5,
      direction: 'improving',
    });
    expect(complianceTrend([run(6, 0), run(5, 1)]).direction).toBe('worsening');
    expect(complianceTrend([run(5, 1), run(5, 1)]).direction).toBe('steady');
    expect(complianceTrend([run(5, 1)]).direction).toBe('unknown');
    expect(complianceTrend([run(0, 0, 6)])).toMatchObject({ lastPassRate: null, direction: 'unknown' });
  });
});

describe('trendInterval', () => {
  it('takes the smallest round step that fits', () => {
    expect(trendInterval(0, 120)).toBe(1_000);
    expect(trendInterval(120_000, 120)).toBe(1_000);
    expect(trendInterval(120_001, 120)).toBe(2_000);
    expect(trendInterval(86_400_000, 120)).toBe(900_000);
  });

  it('always fits', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 500 }), (seconds, points) => {
        expect((seconds * 1000) / trendInterval(seconds * 1000, points)).toBeLessThanOrEqual(points);
      }),
    );
  });
});
