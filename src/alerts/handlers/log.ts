import { appendFileSync } from 'node:fs';
import type { Transition } from '../lifecycle.ts';

/** Told of every alert that is raised, repeated or resolved. */
export type AlertHandler = (transition: Transition) => void;

/**
 * Appends one JSON object a line to `path`: `{"transition","time","alert":{...}}`, times in ISO 8601. Throws what the
 * file system says when it cannot.
 */
export function logHandler(path: string): AlertHandler {
  return ({ kind, time, alert }) => {
    const line = JSON.stringify({ transition: kind, time: new Date(time).toISOString(), alert });
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  };
}
