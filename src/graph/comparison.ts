import type { Section } from '../model/snapshot.ts';
import type { Difference } from './match.ts';

/** Grows when a key changes its meaning or goes away. */
export const COMPARISON_VERSION = 1;

/** `by-id` within one boot of a host, where ids tell what is the same; else `by-identity`, by what objects are. */
export type Way = 'by-id' | 'by-identity';

export interface Change {
  readonly object: 'program' | 'map' | 'attachment' | 'pin' | 'setting' | 'process' | 'host';
  readonly change: 'gone' | 'added' | 'changed';
  /** One sentence, raw. */
  readonly summary: string;
  readonly differences: readonly Difference[];
}

/** One of the two moments. */
export interface Moment {
  readonly host: string;
  readonly boot: string | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly covers: readonly Section[];
}

export interface Comparison {
  readonly format: 'bpfwitness-comparison';
  readonly version: typeof COMPARISON_VERSION;
  readonly way: Way;
  readonly before: Moment;
  readonly after: Moment;
  /** Sections that not both looked at; those that repeat links where only one looked at these, too. */
  readonly notCompared: readonly Section[];
  /** No difference in what was compared. */
  readonly equal: boolean;
  readonly changes: readonly Change[];
  /** What happened in between and left nothing behind, a sentence each, raw. It makes no difference. */
  readonly notes: readonly string[];
}
