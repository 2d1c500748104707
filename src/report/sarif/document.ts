import { type InputFacts, LIVE_FORMAT } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import { isPassedOver } from '../../text/passed-over.ts';
import { safeJson } from '../../text/safe-json.ts';
import { printable } from '../../text/sanitise.ts';
import { formatTime } from '../../text/time.ts';
import { notificationKinds, notificationsOf } from './notifications.ts';
import { resultsOf, type Whereabouts } from './results.ts';
import { rulesOf } from './rules.ts';
import { joined, shownObject, uriOf } from './values.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * The report as SARIF 2.1.0: one run with a rule for each check and detector. `version` is that of the program, a
 * semantic version. The run succeeded, as there is a report; what was not read is among its notifications.
 */
export function reportSarif(report: Report, version: string): string {
  const { reportId, securityChecks, intake } = report;
  // A log may name a host with nothing in its name; 3.33.5 asks for a name of something.
  const host = report.host || 'unknown';
  // A file that was named twice is one artifact.
  const files = [...new Map(intake.inputs.filter(isFile).map((input) => [input.name, input])).values()];
  const [only, ...others] = files;
  const isOne = only !== undefined && others.length === 0;
  const where: Whereabouts = {
    host,
    // What rests on several files has no single place in them.
    physicalLocation: isOne ? { artifactLocation: { uri: uriOf(only.name), index: 0 } } : null,
  };
  const run = {
    tool: {
      driver: {
        name: 'bpfwitness',
        version,
        semanticVersion: version,
        rules: rulesOf(securityChecks),
        notifications: notificationKinds(),
      },
    },
    // All but the last part is the category, under which runs of one host are compared (3.17.3).
    automationDetails: { id: `${joined(['bpfwitness', host])}/${reportId}`, guid: reportId },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: formatTime(report.generatedAt),
        toolExecutionNotifications: notificationsOf(report),
      },
    ],
    columnKind: 'utf16CodeUnits',
    artifacts: files.map(({ name, bytes, format }) => ({
      location: { uri: uriOf(name) },
      length: bytes,
      roles: ['analysisTarget'],
      properties: { format: printable(format) },
    })),
    results: resultsOf(report, where),
    properties: runProperties(report),
  };
  return `${safeJson({ version: '2.1.0', $schema: SCHEMA, runs: [run] }, 2)}\n`;
}

/** Standard input and a host that is looked at live are no files, and have no URI. */
function isFile(input: InputFacts): boolean {
  return !isPassedOver(input) && input.name !== '-' && input.format !== LIVE_FORMAT;
}

function runProperties(report: Report): ReturnType<typeof shownObject> {
  const { host, profile, timeRange, summary, auditSummary } = report;
  return shownObject({
    host,
    profile: { ...profile },
    firstEvent: timeRange === null ? null : formatTime(timeRange.first),
    lastEvent: timeRange === null ? null : formatTime(timeRange.last),
    ...summary,
    ...auditSummary,
  });
}
