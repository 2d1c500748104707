import { appendFileSync } from 'node:fs';
import { reasonOf } from '../../text/system-error.ts';
import { formatTime } from '../../text/time.ts';
import type { Transition } from '../lifecycle.ts';

/** Told of every alert that is raised, repeated or resolved. */
export type AlertHandler = (transition: Transition) => void;

/** The alert log could not be written. */
export class AlertLogError extends Error {
  constructor(path: string, cause: unknown) {
    super(`cannot write the alert log ${path}: ${reasonOf(cause)}`, { cause });
    this.name = 'AlertLogError';
  }
}

/**
 * Appends one JSON object a line to `path`: `{"transition","time","alert":{...}}`, times in ISO 8601. Throws an
 * AlertLogError when it cannot.
 */
export function logHandler(path: string): AlertHandler {
  return ({ kind, time, alert }) => {
    const line = JSON.stringify({ transition: kind, time: formatTime(time), alert });
    try {
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
    } catch (error) {
      throw new AlertLogError(path, error);
    }
  };
}
