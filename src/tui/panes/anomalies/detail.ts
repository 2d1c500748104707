import type { Anomaly, AnomalyType } from '../../../model/anomaly.ts';
import { describeAnomaly } from '../../../text/describe-anomaly.ts';
import { formatDuration, formatTime } from '../../../text/time.ts';
import { type Detail, fields, itemSection, jsonSection, textSection } from '../../detail/detail.ts';

/** The rule of each detector (lab 17.3, step 3.2), why it matters and where to look next. */
const RULES: {
  readonly [type in AnomalyType]: { readonly rule: string; readonly why: string; readonly next: string };
} = {
  'high-event-rate': {
    rule: 'More events in one interval than a multiple of the learned average.',
    why: 'A burst of BPF activity is how a loader, a scan for helpers or a loop that fills maps looks from outside.',
    next: 'Look in Events at this time: which type makes up the burst, and who did it.',
  },
  'new-event-types': {
    rule: 'An event type that never occurred while the baseline was learned.',
    why: 'A host that never attached a program and now does has changed its role, or someone changed it.',
    next: 'Find the first event of the new type and its actor. If it is expected, learn the baseline again.',
  },
  'severity-escalation': {
    rule: 'Two or more events of severity error or worse in one interval.',
    why: 'Single failures happen. Several at once are an attempt that goes on, or one that has succeeded.',
    next: 'Read the events below in order. Press e in Events to jump from one severe event to the next.',
  },
  'rapid-config-changes': {
    rule: 'Many config-change events within a minute.',
    why: 'Configuration maps and kernel settings change seldom. Many changes in a row are a tool at work.',
    next: 'See which map or setting changed, and freeze configuration maps that need no writer.',
  },
};

/** What was unusual, by which rule, and the events that it rests on. */
export function anomalyDetail(anomaly: Anomaly): Detail {
  const { rule, why, next } = RULES[anomaly.type];
  return {
    title: anomaly.type,
    severity: anomaly.severity,
    blocks: [
      ...fields([
        ['Seen', formatTime(anomaly.time)],
        ['Window', `${formatDuration(anomaly.windowMs)} before that`],
        ['Severity', anomaly.severity],
      ]),
      ...textSection('What was seen', describeAnomaly(anomaly)),
      ...textSection('Rule', rule),
      ...textSection('Why it matters', why),
      ...textSection('What to do', next),
      ...itemSection('Events (in Events, / and an id finds one)', anomaly.eventIds),
      ...jsonSection('Details', anomaly.details),
    ],
  };
}
