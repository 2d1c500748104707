import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventDraft } from '../../../src/model/event.ts';
import type { AuditRecordGroup, AuditRecordLine } from '../../../src/model/observation.ts';
import { auditEvents } from '../../../src/normalise/audit/events.ts';
import { viewGroup } from '../../../src/normalise/audit/group.ts';
import { parseAuditHeader } from '../../../src/normalise/audit/header.ts';
import { FIXTURES } from '../../sources/helpers.ts';

/** The audit events in the lines of a log, in the order of their first record; lines that are no record are left out. */
export function groupsIn(origin: string, text: string): AuditRecordGroup[] {
  const groups = new Map<string, AuditRecordGroup & { readonly records: AuditRecordLine[] }>();
  let offset = 0;
  for (const [i, ended] of text.split('\n').entries()) {
    const line = ended.replace(/\r$/, '');
    const header = parseAuditHeader(line);
    if (header !== null) {
      const { node, type, stamp, time, serial } = header;
      const key = `${stamp} ${node}`;
      const group = groups.get(key) ?? { time, serial, node, origin, records: [] };
      group.records.push({ type, text: line, line: i + 1, offset });
      groups.set(key, group);
    }
    offset += ended.length + 1;
  }
  return [...groups.values()];
}

/** The audit events of a recorded log. */
export function recordedGroups(name: string): AuditRecordGroup[] {
  return groupsIn(name, readFileSync(join(FIXTURES, 'audit', name), 'utf8'));
}

/** One audit event with these records, `type body` each. */
export function groupOf(bodies: readonly string[], over: Partial<AuditRecordGroup> = {}): AuditRecordGroup {
  const time = over.time ?? 5000;
  const serial = over.serial === undefined ? 7 : over.serial;
  const stamp = `${Math.floor(time / 1000)}.${String(time % 1000).padStart(3, '0')}:${serial ?? 0}`;
  const records = bodies.map((body, i) => {
    const type = body.split(' ', 1)[0] ?? '';
    return {
      type,
      text: `type=${type} msg=audit(${stamp}): ${body.slice(type.length + 1)}`,
      line: i + 1,
      offset: i * 100,
    };
  });
  return { time, serial, node: null, origin: 'a.log', records, ...over };
}

/** The events in one audit event with these records. */
export function eventsOf(...bodies: readonly string[]): readonly EventDraft[] {
  return auditEvents(viewGroup(groupOf(bodies), 'h')).events;
}

/** `type severity: summary` of each. */
export function told(events: readonly EventDraft[]): string[] {
  return events.map(({ type, severity, details }) => `${type} ${severity}: ${details.summary}`);
}
