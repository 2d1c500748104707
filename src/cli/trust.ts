import { existsSync } from 'node:fs';
import { whyNotTrusted } from '../system/trust.ts';
import { complain } from './output.ts';

/**
 * Warns on stderr when another user could have written `what` at one of these paths, the first of them named: files
 * after their folder. It is used all the same: it cannot run anything, but it decides what is reported. A path where
 * nothing is gets its error from the code that reads it.
 */
export function warnIfNotTrusted(what: string, paths: readonly string[]): void {
  for (const path of paths.filter((each) => existsSync(each))) {
    const why = whyNotTrusted(path);
    if (why === null) continue;
    complain(`warning: ${what} in ${path} may not be yours: ${why}`);
    return;
  }
}
