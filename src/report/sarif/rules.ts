import { ANOMALY_TYPES, type AnomalyType } from '../../model/anomaly.ts';
import type { CheckResult } from '../../model/check.ts';
import type { Severity } from '../../model/severity.ts';
import { printable } from '../../text/sanitise.ts';
import type { Message, ReportingDescriptor } from './log.ts';
import { formattedMessage, levelOf, messageOf } from './values.ts';

/** What code scanning sorts by: over 9.0 is critical, 7.0 high, 4.0 medium, below that low. */
const SECURITY_SEVERITY: { readonly [severity in Severity]: string } = {
  critical: '9.5',
  error: '8.0',
  warning: '5.5',
  info: '2.0',
  debug: '0.5',
};

const DETECTORS: { readonly [type in AnomalyType]: string } = {
  'high-event-rate': 'Many more events than the baseline has in the same time',
  'new-event-types': 'Events of types that the baseline does not have',
  'severity-escalation': 'Several events of error or worse in a short time',
  'rapid-config-changes': 'Many configuration changes in a short time',
};

/** A rule for each check, in their order, and after them one for each detector. */
export function rulesOf(checks: readonly CheckResult[]): readonly ReportingDescriptor[] {
  return [...checks.map(checkRule), ...ANOMALY_TYPES.map(anomalyRule)];
}

export function anomalyRuleId(type: AnomalyType): string {
  return `anomaly/${type}`;
}

function checkRule({ id, name, severity, rationale, remedy, references }: CheckResult): ReportingDescriptor {
  return {
    id: printable(id),
    ...named(name),
    shortDescription: messageOf(name),
    fullDescription: formattedMessage(rationale),
    help: helpOf(remedy, references),
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      tags: ['security', 'bpf', 'compliance'],
      'security-severity': SECURITY_SEVERITY[severity],
      severity,
      references: references.map(printable),
    },
  };
}

function helpOf(remedy: string, references: readonly string[]): Message {
  const { text, markdown } = formattedMessage(remedy);
  if (references.length === 0) return { text, ...(markdown === undefined ? {} : { markdown }) };
  const list = references.map(formattedMessage);
  return {
    text: [text, '', 'References:', ...list.map((each) => `- ${each.text}`)].join('\n'),
    markdown: [markdown ?? text, '', ...list.map((each) => `- ${each.markdown ?? each.text}`)].join('\n'),
  };
}

function anomalyRule(type: AnomalyType): ReportingDescriptor {
  return {
    id: anomalyRuleId(type),
    ...named(type),
    shortDescription: messageOf(DETECTORS[type]),
    // Each anomaly has a severity of its own.
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['security', 'bpf', 'anomaly'] },
  };
}

/**
 * `MapEntryLimits` of `Map Entry Limits` (3.49.7 asks for an identifier in Pascal case); none of a name without
 * letters.
 */
function named(name: string): { readonly name?: string } {
  const words = name.match(/[A-Za-z0-9]+/g) ?? [];
  const identifier = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
  return identifier === '' ? {} : { name: identifier };
}
