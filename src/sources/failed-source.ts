import type { Observation } from '../model/observation.ts';

/** What is left of a source that cannot be read any more: an unreadable that names it and says why. */
export function failedSource(file: string, reason: string): Observation {
  return { kind: 'unreadable', time: null, unreadable: { at: { file }, reason, text: '' } };
}
