import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '../model/event.ts';
import type { Unreadable } from '../model/observation.ts';
import type { EventCriteria } from '../model/query.ts';
import { Normaliser } from '../normalise/normaliser.ts';
import { openFollowed } from '../sources/open-followed.ts';
import { eventTest } from '../text/match-event.ts';
import { placeText } from '../text/place.ts';
import { safeJson } from '../text/safe-json.ts';
import { printable } from '../text/sanitise.ts';
import { plural } from '../text/units.ts';
import { blocking } from './blocking.ts';
import { eventLine, Folding } from './event-lines.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { untilInterrupted } from './interrupt.ts';
import { complain, openOutput } from './output.ts';

export interface FollowOptions {
  readonly criteria: EventCriteria;
  /** One JSON object a line; never folded. */
  readonly json: boolean;
  readonly fold: boolean;
}

/** Lines that could not be read that are told as they come; of more, only the number at the end. */
const TOLD = 20;

/**
 * Prints the events in files as they are written, in the order in which they come, until ctrl-c or `limit`. Nothing is
 * kept, so it can go on for months.
 */
export async function followEvents(paths: readonly string[], options: FollowOptions): Promise<ExitCode> {
  const { criteria, json } = options;
  for (const path of paths) {
    if (path !== '-' && !existsSync(path)) complain(`${printable(path)} is not there yet: waiting for it`);
  }
  const source = openFollowed(paths);
  const output = openOutput(null);
  const normaliser = new Normaliser();
  const wanted = eventTest(criteria);
  const folding = options.fold && !json ? new Folding() : null;
  let lines: string[] = [];
  let unread = 0;
  let left = criteria.limit ?? Number.POSITIVE_INFINITY;
  const tell = (what: Unreadable): void => {
    unread += 1;
    if (unread <= TOLD) complain(`${placeText(what.at)}: ${what.reason}`);
  };
  const print = (event: AuditEvent): void => {
    if (left === 0 || !wanted(event) || folding?.take(event) === null) return;
    lines.push(`${json ? safeJson(event) : eventLine(event)}\n`);
    left -= 1;
  };
  const flush = (): void => {
    if (lines.length > 0) blocking(() => output.write(lines.join('')));
    lines = [];
  };
  await untilInterrupted(async (signal) => {
    for await (const batch of source.observations(signal)) {
      for (const observation of batch) {
        const seen = normaliser.push(observation);
        seen.unreadable.forEach(tell);
        seen.events.forEach(print);
      }
      if (lines.length === 0 && left > 0) continue;
      // A signal that came meanwhile gets its turn: while a pipe is full that nobody reads, none does.
      await setImmediate();
      if (signal.aborted) break;
      flush();
      if (left === 0) return;
    }
  });
  // Some events wait for what comes after them.
  normaliser.finish().events.forEach(print);
  flush();
  const remark = folding?.remark() ?? null;
  if (remark !== null) complain(remark);
  if (unread > TOLD) complain(`${plural(unread, 'line')} could not be understood`);
  return unread === 0 ? EXIT.fine : EXIT.input;
}
