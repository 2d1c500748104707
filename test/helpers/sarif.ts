// biome-ignore lint/suspicious/noExplicitAny: what was parsed from JSON has no type
type Any = any;

const LEVELS = ['none', 'note', 'warning', 'error'];
const KINDS = ['notApplicable', 'pass', 'fail', 'review', 'open', 'informational'];
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const URI_REFERENCE = /^(?:[a-z][a-z0-9+.-]*:|(?![^/]*:))(?:[\w.~:/?#@!$&'()*+,;=[\]-]|%[0-9A-F]{2})+$/i;
const SEMVER = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;

/**
 * What in a log breaks SARIF 2.1.0: required properties, enumerations, indexes, forms of GUIDs, URIs and times, and
 * the rules for messages and levels; numbers are sections of the standard. Only of the objects that a report has.
 */
export function sarifFaults(log: Any): readonly string[] {
  const faults: string[] = [];
  const must = (isSo: unknown, fault: string): void => {
    if (isSo !== true) faults.push(fault);
  };
  const message = (value: Any, where: string): void => {
    for (const [form, text] of Object.entries(value ?? {})) {
      must(typeof text === 'string' && text !== '', `${where}.${form} is empty (3.11.8)`);
      const bare = String(text).replace(/\{\{|\}\}/g, '');
      must(!/[{}]/.test(bare), `${where}.${form} has a brace that is not doubled (3.11.5)`);
      if (form === 'text') must(!/\]\(/.test(String(text)), `${where}.${form} may have a link (3.11.6)`);
    }
    must(typeof value?.text === 'string', `${where} has no text`);
  };
  const locations = (list: Any, where: string): void => {
    for (const { physicalLocation, logicalLocations } of list ?? []) {
      must(physicalLocation !== undefined || logicalLocations?.length > 0, `${where} is nowhere (3.28)`);
      for (const each of logicalLocations ?? []) must(each.fullyQualifiedName !== '', `${where}: no name (3.33.5)`);
      if (physicalLocation === undefined) continue;
      const { artifactLocation, region } = physicalLocation;
      must(URI_REFERENCE.test(artifactLocation.uri), `${where}: ${artifactLocation.uri} (3.4.3)`);
      if (artifactLocation.index !== undefined)
        must(run.artifacts[artifactLocation.index]?.location.uri === artifactLocation.uri, `${where}: index (3.4.5)`);
      if (region !== undefined) must(region.startLine >= 1, `${where}: line ${region.startLine} (3.30.5)`);
    }
  };
  const descriptors = (list: Any, where: string): void => {
    must(new Set(list.map((each: Any) => each.id)).size === list.length, `${where}: ids twice`);
    for (const each of list) {
      must(typeof each.id === 'string' && each.id !== '', `${where}: no id (3.49.3)`);
      must(each.name === undefined || /^[A-Z0-9][A-Za-z0-9]*$/.test(each.name), `${where}: name ${each.name} (3.49.7)`);
      must(LEVELS.includes(each.defaultConfiguration.level), `${where}: level (3.50.3)`);
      for (const part of ['shortDescription', 'fullDescription', 'help'])
        if (each[part] !== undefined) message(each[part], `${where}.${part}`);
    }
  };

  must(log.version === '2.1.0', 'version (3.13.2)');
  must(log.$schema?.endsWith('/sarif-schema-2.1.0.json'), '$schema (3.13.3)');
  must(log.runs?.length === 1, 'runs (3.13.4)');
  const [run] = log.runs;
  const { driver } = run.tool;
  must(driver.name === 'bpfwitness' && SEMVER.test(driver.semanticVersion), 'driver (3.19)');
  descriptors(driver.rules, 'rule');
  descriptors(driver.notifications, 'notification');
  must(GUID.test(run.automationDetails.guid), 'guid (3.17.4)');
  must(run.columnKind === 'utf16CodeUnits', 'columnKind (3.14.17)');
  for (const { location, length } of run.artifacts) {
    must(URI_REFERENCE.test(location.uri), `artifact ${location.uri} (3.4.3)`);
    must(Number.isInteger(length) && length >= 0, 'length (3.24.7)');
  }
  for (const { executionSuccessful, endTimeUtc, toolExecutionNotifications } of run.invocations) {
    must(typeof executionSuccessful === 'boolean', 'executionSuccessful (3.20.14)');
    must(UTC.test(endTimeUtc), 'endTimeUtc (3.9)');
    for (const each of toolExecutionNotifications) {
      must(driver.notifications[each.descriptor.index]?.id === each.descriptor.id, 'descriptor (3.52)');
      must(LEVELS.includes(each.level), 'notification level (3.58.6)');
      message(each.message, 'notification.message');
      locations(each.locations, 'notification');
    }
  }
  for (const each of run.results) {
    must(driver.rules[each.ruleIndex]?.id === each.ruleId, 'ruleIndex (3.27.6)');
    must(KINDS.includes(each.kind) && LEVELS.includes(each.level), 'kind and level');
    must((each.kind === 'fail') === (each.level !== 'none'), 'a level with a kind that is not fail (3.27.10)');
    message(each.message, 'result.message');
    locations(each.locations, 'result');
    for (const print of Object.values(each.partialFingerprints)) must(typeof print === 'string', 'fingerprint');
  }
  const raw = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(JSON.stringify({ ...run, tool: null }));
  must(raw === null, `raw character ${raw?.[0].codePointAt(0)}`);
  return faults;
}
