import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation, Source } from '../../src/model/observation.ts';

/** All observations of a source that ends. */
export async function collect(source: Source): Promise<Observation[]> {
  const all: Observation[] = [];
  for await (const batch of source.observations(new AbortController().signal)) all.push(...batch);
  return all;
}

/** Runs with a folder of its own, which is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** The public samples, where the checkout has them beside it. */
export const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');

/** A source that gives what it is told, one batch each. */
export function fakeSource(name: string, batches: readonly (readonly Observation[])[]): Source {
  return {
    name,
    progress: () => ({ name, bytes: 10, totalBytes: 20, lines: batches.length, records: { fake: 1 } }),
    observations: async function* (): AsyncGenerator<readonly Observation[]> {
      yield* batches;
    },
  };
}

/** Something that happened at a time, told apart by `text`; null makes an unreadable without a time. */
export function seen(time: number | null, text: string): Observation {
  if (time === null) return { kind: 'unreadable', time, unreadable: { at: { file: text }, reason: 'test', text } };
  return { kind: 'audit', time, group: { time, serial: 1, node: null, origin: text, records: [] } };
}

/** What {@link seen} was told. */
export function textOf(observation: Observation): string {
  if (observation.kind === 'audit') return observation.group.origin;
  return observation.kind === 'unreadable' ? observation.unreadable.text : observation.kind;
}
