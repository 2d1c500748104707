import type { ChainState, HeadPlace } from '../sources/capture/verify.ts';
import { ENDS_TOO_EARLY } from '../sources/read-fault.ts';
import { formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

export interface VerifyFlags {
  readonly head?: string;
  readonly key?: string;
}

/** What is printed, and what the command exits with. */
export interface Verdict {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** What is said of a capture whose chain was followed. */
export function ofCapture(state: ChainState, { head: wanted, key }: VerifyFlags): Verdict {
  const { groups, captures, head, fault, unsealedBytes, unread, isClosed, found } = state;
  const upTo =
    head === null ? '' : `; whole up to group ${head.group}, written ${formatTime(head.at)}, SHA-256 ${head.sha256}`;
  const place = found.get(wanted ?? '');
  const contains = place === undefined ? '' : `; it has the head that was given, at group ${place.group}`;
  if (fault !== null) {
    return {
      text: `altered at group ${fault.group} (line ${fault.line}): ${fault.reason}${upTo}${contains}`,
      exitCode: EXIT.findings,
    };
  }
  if (unread !== null && unread !== ENDS_TOO_EARLY) {
    return { text: `cannot be read to its end: ${unread}${upTo}${contains}`, exitCode: EXIT.input };
  }
  if (head === null) return { text: NO_CHAIN, exitCode: EXIT.input };
  const missing = missingHead(wanted, found);
  if (missing !== null) return { text: `${missing}${upTo}`, exitCode: EXIT.findings };
  if (!isClosed) {
    const rest = unsealedBytes > 0 ? `, then ${plural(unsealedBytes, 'byte')} without a seal` : '';
    return {
      text: `not closed: its end was cut off, or its writer was killed${upTo}${rest}${contains}`,
      exitCode: EXIT.findings,
    };
  }
  const before = place === undefined ? null : unprovedBefore(place);
  if (before !== null) return { text: `${before}${contains} of capture ${place?.capture}`, exitCode: EXIT.findings };
  const after = place === undefined ? '' : unprovedAfter(place, captures);
  const signed = key === undefined ? '' : ', all signed by this key';
  const several = captures > 1 ? ` of ${captures} captures, one after the other` : '';
  return {
    text: `whole: ${plural(groups, 'group')}${several}${signed}, head ${head.sha256}${contains}${after}`,
    exitCode: EXIT.fine,
  };
}

/** What stands before the capture that the head is of: what was written when the head was printed began with that one. */
function unprovedBefore({ capture, firstLine }: HeadPlace): string | null {
  if (capture === 1) return null;
  const lines = `lines 1 to ${firstLine - 1}`;
  const what = capture === 2 ? `capture 1 (${lines}) stands` : `captures 1 to ${capture - 1} (${lines}) stand`;
  return `altered: ${what} before the one that the head is of, which proves nothing of what is before it`;
}

function unprovedAfter({ capture }: HeadPlace, captures: number): string {
  if (capture === captures) return '';
  const what = captures === capture + 1 ? `capture ${captures} comes` : `captures ${capture + 1} to ${captures} come`;
  return `; ${what} after it and ${captures === capture + 1 ? 'is' : 'are'} not covered by that head`;
}

/** Said of what has no seal at all. */
export const NO_CHAIN = 'has no hash chain, as those that an older bpfwitness wrote: nothing can be verified';

/** What is said where a head that was given was not found; null where it was, or none was given. */
export function missingHead(wanted: string | undefined, found: ReadonlyMap<string, unknown>): string | null {
  return wanted === undefined || found.has(wanted)
    ? null
    : 'the head that was given is not in it: it was cut before it, or is another one';
}
