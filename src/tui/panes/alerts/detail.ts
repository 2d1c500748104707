import type { Alert } from '../../../model/alert.ts';
import type { CheckDefinition } from '../../../model/check.ts';
import { formatDuration, formatTime } from '../../../text/time.ts';
import { formatCount } from '../../../text/units.ts';
import { type Detail, fields, itemSection, jsonSection, textSection } from '../../detail/detail.ts';

/** What fires, since when, and what to do: a check's alert carries that check's remedy. */
export function alertDetail(alert: Alert, definition: CheckDefinition | null): Detail {
  return {
    title: alert.title,
    severity: alert.state === 'firing' ? alert.severity : null,
    blocks: [
      ...fields([
        ['State', alert.state],
        ['Severity', alert.severity],
        ['Raised by', alert.kind],
        ['First seen', formatTime(alert.firstSeen)],
        ['Last seen', lastSeen(alert)],
        ['Count', formatCount(alert.count)],
        ['Fingerprint', alert.fingerprint],
      ]),
      ...textSection('What was seen', alert.summary),
      ...(definition === null
        ? []
        : [...textSection('Why it matters', definition.rationale), ...textSection('What to do', definition.remedy)]),
      ...itemSection('Events (in Events, / and an id finds one)', alert.eventIds),
      ...jsonSection('Details', alert.details),
    ],
  };
}

function lastSeen({ firstSeen, lastSeen: last, count }: Alert): string | null {
  return count === 1 ? null : `${formatTime(last)}, after ${formatDuration(last - firstSeen)}`;
}
