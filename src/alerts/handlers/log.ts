import { appendFileSync, closeSync } from 'node:fs';
import { openOutputFile } from '../../system/output-file.ts';
import { safeJson } from '../../text/safe-json.ts';
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
 * AlertLogError when it cannot, at once where it never could. The file is opened for each line, so that it may be rotated.
 */
export function logHandler(path: string): AlertHandler {
  append(path, '');
  return ({ kind, time, alert }) => {
    const line = safeJson({ transition: kind, time: formatTime(time), alert });
    append(path, `${line}\n`);
  };
}

function append(path: string, text: string): void {
  try {
    const file = openOutputFile(path, { mayHoldData: true });
    try {
      appendFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new AlertLogError(path, error);
  }
}
