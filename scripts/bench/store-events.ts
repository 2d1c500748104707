import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import type { Severity } from '../../src/model/severity.ts';

/** One measured number. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export const START = 1_700_000_000_000;
export const SOURCES = ['bpftool', 'proc', 'audit', 'admin'] as const;
const SKEWED: readonly Severity[] = [
  ...Array<Severity>(70).fill('debug'),
  ...Array<Severity>(18).fill('info'),
  ...Array<Severity>(8).fill('warning'),
  ...Array<Severity>(3).fill('error'),
  'critical',
];

/** A small congruential generator: every run measures the same events. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Events `first` to `first + count - 1` of an endless row, each about 310 bytes as a line. */
export function makeEvents(count: number, first = 0): AuditEvent[] {
  const random = generator(17 + first);
  let time = START + first * 4;
  return Array.from({ length: count }, (_, index) => {
    time += random(8);
    const number = first + index;
    const hex = time.toString(16).padStart(12, '0');
    const tail = number.toString(16).padStart(12, '0');
    const name = `exec_${number % 100}`;
    return {
      id: `${hex.slice(0, 8)}-${hex.slice(8)}-7${random(4096).toString(16).padStart(3, '0')}-8000-${tail}`,
      time,
      type: EVENT_TYPES[random(EVENT_TYPES.length)] ?? 'map-access',
      severity: SKEWED[random(SKEWED.length)] ?? 'debug',
      source: SOURCES[random(SOURCES.length)] ?? 'bpftool',
      host: 'bench',
      details: {
        summary: `program ${name} was loaded`,
        object: { kind: 'program', id: number, name },
        actor: { pid: number % 30_000 },
      },
      evidence: [{ origin: 'bpftool prog show', line: number }],
    };
  });
}

export function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

export function percentiles(name: string, times: readonly number[]): Measure[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p95`, value: at(0.95), unit: 'ms' },
  ];
}
