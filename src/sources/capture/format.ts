import type { JsonObject } from '../../model/json.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/** What the first line of a capture says it is. */
export const CAPTURE_FORMAT = 'bpfwitness-capture';

/** Grows when a reader of the version before would misread what is written. */
export const CAPTURE_VERSION = 1;

/** The first line of a capture, next to its `format` and `version`. */
export interface CaptureHeader {
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Version of the program that wrote it. */
  readonly tool: string;
}

/**
 * Parts of a snapshot that are left out of a line when they are as in the snapshot before, and then named in `same`.
 * All others are small, and always written.
 */
export const SHARED_PARTS = [
  'prog',
  'map',
  'link',
  'net',
  'perf',
  'cgroup',
  'helpers',
  'btfFunctions',
  'contents',
  'entries',
  'structOps',
  'processes',
  'settings',
  'audit',
  'auditRules',
  'mounts',
  'mountsElsewhere',
  'persisted',
  'packetSockets',
  'netNamespaces',
  'tracing',
  'extra',
] as const satisfies readonly (keyof Snapshot)[];

export type SharedPart = (typeof SHARED_PARTS)[number];

/** A snapshot line: `n` counts the snapshots of a capture from 0, so that one that is missing is noticed. */
export interface SnapshotLine {
  readonly n: number;
  readonly snapshot: JsonObject;
  readonly same?: readonly SharedPart[];
}

/**
 * Every so many snapshots one is written whole, so that damage to one line costs a reader no more than the parts that
 * stay the same until then.
 */
export const WHOLE_EVERY = 64;
