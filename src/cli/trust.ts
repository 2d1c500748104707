import { existsSync } from 'node:fs';
import { whyNotTrusted } from '../system/trust.ts';
import { complain } from './output.ts';

/**
 * Warns on stderr when another user could have written `what` at this path. It is used all the same: it cannot run
 * anything, but it decides what is reported. A path where nothing is gets its error from whoever reads it.
 */
export function warnIfNotTrusted(what: string, path: string): void {
  const why = existsSync(path) ? whyNotTrusted(path) : null;
  if (why !== null) complain(`warning: ${what} in ${path} can be changed by another user: ${why}`);
}
