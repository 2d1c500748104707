import { ANOMALY_TYPES, type AnomalyType } from '../model/anomaly.ts';
import type { CheckResult, Violation } from '../model/check.ts';
import type { Report } from '../model/report.ts';
import { highestSeverity } from '../model/severity.ts';
import { describeAnomaly } from '../text/describe-anomaly.ts';
import { exceptionLines } from '../text/describe-exception.ts';
import { describeViolation } from '../text/describe-violation.ts';
import { formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';
import { type Markup, markup } from './markup.ts';
import { outcomeText } from './verdict.ts';
import { fieldText } from './violation-fields.ts';

/** One test, with texts as they are. */
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly outcome:
    | { readonly kind: 'passed' }
    | { readonly kind: 'skipped'; readonly message: string }
    | { readonly kind: 'failed'; readonly type: string; readonly message: string; readonly lines: readonly string[] };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** What a detector compares with the baseline; without one it does not look. */
const NEED_BASELINE: readonly AnomalyType[] = ['high-event-rate', 'new-event-types'];

/**
 * The report as JUnit XML as the JUnit plugin of Jenkins reads it (jenkins-junit.xsd), and with it GitLab and most
 * others: a suite of the checks and one of the detectors, whose tests have the same names in every run. What is
 * inconclusive or not applicable is skipped.
 */
export function reportJunit(report: Report): string {
  const suites: readonly Suite[] = [
    { name: 'checks', cases: report.securityChecks.map(checkCase) },
    { name: 'anomalies', cases: ANOMALY_TYPES.map((type) => anomalyCase(type, report)) },
  ];
  const all = suites.flatMap(({ cases }) => cases);
  const bodies = suites.map((suite, index) => suiteMarkup(suite, index, report));
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bpfwitness" ${countAttributes(all)}>
${bodies}</testsuites>
`.text;
}

function checkCase(result: CheckResult): Case {
  const { id, name, severity, status, violations, undecided, rationale, remedy, references, durationMs } = result;
  const about = {
    name: `${name} (${id})`,
    classname: 'bpfwitness.checks',
    seconds: Math.round(durationMs * 1000) / 1e6,
  };
  if (status === 'passed') return { ...about, outcome: { kind: 'passed' } };
  if (status !== 'failed') return { ...about, outcome: { kind: 'skipped', message: outcomeText(result) } };
  const lines = [
    ...violations.map(violationText),
    ...undecided.map((object) => `not judged: ${violationText(object)}`),
    ...exceptionLines(result),
    `Why it matters: ${rationale}`,
    `What to do: ${remedy}`,
    ...(references.length === 0 ? [] : [`References: ${references.join('; ')}`]),
  ];
  const message = `${plural(violations.length, 'violation')} (${severity})`;
  return { ...about, outcome: { kind: 'failed', type: severity, message, lines } };
}

function violationText(violation: Violation): string {
  const fields = Object.entries(violation.fields).map(([name, value]) => `${name} ${fieldText(value)}`);
  return `${describeViolation(violation)}${fields.length === 0 ? '' : ` [${fields.join(', ')}]`}`;
}

function anomalyCase(type: AnomalyType, { anomalies, baseline }: Report): Case {
  const about = { name: type, classname: 'bpfwitness.anomalies', seconds: 0 };
  const found = anomalies.filter((anomaly) => anomaly.type === type);
  const worst = highestSeverity(found.map(({ severity }) => severity));
  if (worst !== null) {
    const lines = found.map((each) => `${formatTime(each.time)} ${each.severity}: ${describeAnomaly(each)}`);
    const message = plural(found.length, 'anomaly', 'anomalies');
    return { ...about, outcome: { kind: 'failed', type: worst, message, lines } };
  }
  if (baseline === null && NEED_BASELINE.includes(type))
    return { ...about, outcome: { kind: 'skipped', message: 'No baseline was learned' } };
  return { ...about, outcome: { kind: 'passed' } };
}

function suiteMarkup({ name, cases }: Suite, index: number, report: Report): Markup {
  const { host, generatedAt } = report;
  return markup`<testsuite name="bpfwitness.${name}" id="${index}" hostname="${host}" timestamp="${formatTime(generatedAt)}" ${countAttributes(cases)}>
<properties>
${propertiesOf(report).map(([key, value]) => markup`<property name="${key}" value="${value}"/>\n`)}</properties>
${cases.map(caseMarkup)}</testsuite>
`;
}

function countAttributes(cases: readonly Case[]): Markup {
  const count = (kind: Case['outcome']['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return markup`tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${seconds.toFixed(6)}"`;
}

function propertiesOf(report: Report): readonly (readonly [string, string])[] {
  const { host, profile, reportId, timeRange, summary, intake } = report;
  return [
    ['host', host],
    ['profile', profile.name],
    ...(profile.file === null ? [] : [['profile-file', profile.file] as const]),
    ['report-id', reportId],
    ['verdict', summary.overallStatus],
    ['first-event', timeRange === null ? 'none' : formatTime(timeRange.first)],
    ['last-event', timeRange === null ? 'none' : formatTime(timeRange.last)],
    ['anomalies', String(summary.anomaliesDetected)],
    ['not-understood', String(intake.unreadableCount)],
    ['events-let-go', String(intake.shedEvents)],
    ...intake.problems.map(({ message }, index) => [`not-looked-at-${index + 1}`, message] as const),
  ];
}

function caseMarkup({ name, classname, seconds, outcome }: Case): Markup {
  return markup`<testcase name="${name}" classname="${classname}" time="${seconds.toFixed(6)}">${outcomeMarkup(outcome)}</testcase>
`;
}

function outcomeMarkup(outcome: Case['outcome']): Markup {
  if (outcome.kind === 'passed') return markup``;
  if (outcome.kind === 'skipped') return markup`<skipped message="${outcome.message}"/>`;
  const lines = outcome.lines.map((line) => markup`${line}\n`);
  return markup`<failure type="${outcome.type}" message="${outcome.message}">${lines}</failure>`;
}
