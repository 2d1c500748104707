import { ANOMALY_TYPES, type Anomaly } from '../../model/anomaly.ts';
import type { CheckException, CheckResult, Violation } from '../../model/check.ts';
import type { Report } from '../../model/report.ts';
import { describeAnomaly } from '../../text/describe-anomaly.ts';
import { describeException } from '../../text/describe-exception.ts';
import { describeViolation } from '../../text/describe-violation.ts';
import { printable } from '../../text/sanitise.ts';
import { formatTime } from '../../text/time.ts';
import { outcomeText } from '../verdict.ts';
import type { Kind, Location, Result, Suppression } from './log.ts';
import { anomalyRuleId } from './rules.ts';
import { joined, levelOf, messageOf, shownObject } from './values.ts';

/** Where things are: the host, and what was read where that is one file. */
export interface Whereabouts {
  readonly host: string;
  readonly physicalLocation: Location['physicalLocation'] | null;
}

/**
 * What stays equal between runs of one host is fingerprinted under this name (3.27.17); a new rule takes a new version.
 */
const FINGERPRINT = 'bpfwitness/v1';

type Draft = Omit<Result, 'partialFingerprints'> & { readonly sameAs: readonly string[] };

/** One result for each violation and anomaly, and one for each check that has none. */
export function resultsOf({ securityChecks, anomalies }: Report, where: Whereabouts): readonly Result[] {
  const drafts = [
    ...securityChecks.flatMap((check, index) => checkResults(check, index, where)),
    ...anomalies.map((anomaly) => anomalyResult(anomaly, securityChecks.length, where)),
  ];
  // Either all results of a run say whether they are suppressed or none does (3.27.23).
  const isTold = drafts.some(({ suppressions }) => suppressions !== undefined);
  return withFingerprints(isTold ? drafts.map((draft) => ({ suppressions: [], ...draft })) : drafts);
}

function checkResults(check: CheckResult, ruleIndex: number, where: Whereabouts): readonly Draft[] {
  const { id, severity, status, reason, violations, undecided } = check;
  const draft = (kind: Kind, object: Violation | null, exception: CheckException | null = null): Draft => ({
    ruleId: printable(id),
    ruleIndex,
    kind,
    level: kind === 'fail' ? levelOf(severity) : 'none',
    message: messageOf(object === null ? outcomeText(check) : describeViolation(object)),
    locations: [locationOf(object, where)],
    ...(exception === null ? {} : { suppressions: [suppressionOf(exception)] }),
    properties: shownObject({
      severity,
      ...(reason === null ? {} : { reason }),
      ...(object === null ? {} : { fields: object.fields }),
    }),
    sameAs: [id, where.host, ...(object === null ? [] : [object.objectKind, object.objectName, object.message])],
  });
  const objects = [
    ...violations.map((object) => draft('fail', object)),
    ...undecided.map((object) => draft('open', object)),
    ...(check.excepted ?? []).map(({ violation, exception }) => draft('fail', violation, exception)),
  ];
  if (objects.length > 0) return objects;
  if (status === 'not-applicable') return [draft('notApplicable', null)];
  return [draft(status === 'passed' ? 'pass' : 'open', null)];
}

function suppressionOf(exception: CheckException): Suppression {
  return { kind: 'external', status: 'accepted', justification: printable(describeException(exception)) };
}

function anomalyResult(anomaly: Anomaly, firstRule: number, where: Whereabouts): Draft {
  const { type, severity, time, windowMs, details, eventIds } = anomaly;
  return {
    ruleId: anomalyRuleId(type),
    ruleIndex: firstRule + ANOMALY_TYPES.indexOf(type),
    kind: 'fail',
    level: levelOf(severity),
    message: messageOf(`${describeAnomaly(anomaly)} (${formatTime(time)})`),
    locations: [locationOf(null, where)],
    properties: shownObject({ severity, time: formatTime(time), windowMs, details, eventIds }),
    sameAs: [type, where.host, formatTime(time)],
  };
}

/** The object as `host/program/12/name`, or the host. */
function locationOf(object: Violation | null, { host, physicalLocation }: Whereabouts): Location {
  const physical = physicalLocation === null ? {} : { physicalLocation };
  if (object === null)
    return {
      ...physical,
      logicalLocations: [{ name: printable(host), fullyQualifiedName: joined([host]), kind: 'host' }],
    };
  const { objectKind, objectId, objectName } = object;
  const parts = [host, objectKind, ...(objectId === null ? [] : [String(objectId)]), objectName];
  const name = printable(objectName === '' ? objectKind : objectName);
  return {
    ...physical,
    logicalLocations: [{ name, fullyQualifiedName: joined(parts), kind: printable(objectKind) }],
  };
}

/**
 * The kernel gives an object a new id each time it is loaded, so ids are not in it; equals are numbered in their order.
 */
function withFingerprints(drafts: readonly Draft[]): readonly Result[] {
  const seen = new Map<string, number>();
  return drafts.map(({ sameAs, ...result }) => {
    const key = joined(sameAs);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return { ...result, partialFingerprints: { [FINGERPRINT]: `${key}:${nth}` } };
  });
}
