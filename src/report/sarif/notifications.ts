import type { Position } from '../../model/event.ts';
import type { Report } from '../../model/report.ts';
import { isPassedOver } from '../../text/passed-over.ts';
import { formatCount, plural } from '../../text/units.ts';
import { countsText } from '../counts.ts';
import type { Location, Notification, ReportingDescriptor } from './log.ts';
import { messageOf, uriOf } from './values.ts';

const KINDS = {
  'not-looked-at': 'A part of the host could not be looked at',
  'not-understood': 'A line or a part of an input was not understood',
  gap: 'Something is missing in what was recorded',
  'let-go': 'Events were let go because the store was full',
  'not-used': 'Something was read and not used',
} as const;

type NotificationKind = keyof typeof KINDS;

/** The kinds of notifications that there are, for `tool.driver.notifications`. */
export function notificationKinds(): readonly ReportingDescriptor[] {
  return Object.entries(KINDS).map(([id, text]) => ({
    id,
    shortDescription: messageOf(text),
    defaultConfiguration: { level: id === 'not-used' ? 'note' : 'warning' },
  }));
}

/** What was not read, not understood, not used or let go. */
export function notificationsOf({ intake, summary, anomalies }: Report): readonly Notification[] {
  const { inputs, problems, unreadable, unreadableCount, shedEvents, ownRecords } = intake;
  const unlisted = unreadableCount - unreadable.length;
  const passedOver = inputs.filter(isPassedOver).length;
  const unmapped = countsText(intake.unmappedRecords);
  const anomaliesUnlisted = summary.anomaliesDetected - anomalies.length;
  return [
    ...problems.map(({ message }) => notification('not-looked-at', message)),
    ...unreadable.map(({ at, reason }) => notification('not-understood', reason, at)),
    ...(unlisted > 0 ? [notification('not-understood', `And ${formatCount(unlisted)} more that are not listed`)] : []),
    ...inputs.flatMap(({ gaps }) => gaps).map(({ at, message }) => notification('gap', message, at)),
    ...(shedEvents > 0 ? [notification('let-go', plural(shedEvents, 'event'))] : []),
    ...(passedOver > 0
      ? [notification('not-used', `Passed over: ${plural(passedOver, 'file')} with nothing to be read`)]
      : []),
    ...(unmapped === '' ? [] : [notification('not-used', `Records without a meaning for BPF: ${unmapped}`)]),
    ...(ownRecords > 0 ? [notification('not-used', `Made by bpfwitness itself: ${plural(ownRecords, 'record')}`)] : []),
    ...(anomaliesUnlisted > 0
      ? [notification('not-used', `And ${formatCount(anomaliesUnlisted)} older anomalies that are not listed`)]
      : []),
  ];
}

function notification(kind: NotificationKind, text: string, at?: Position): Notification {
  return {
    descriptor: { id: kind, index: Object.keys(KINDS).indexOf(kind) },
    level: kind === 'not-used' ? 'note' : 'warning',
    message: messageOf(text),
    ...(at === undefined ? {} : { locations: [placeOf(at)] }),
  };
}

function placeOf({ file, line }: Position): Location {
  const region = line === undefined || line < 1 ? {} : { region: { startLine: line } };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } };
}
