import type { EventDraft, Evidence } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import type { Process } from '../model/snapshot.ts';
import { draft, evidence, type Pair } from './diff-draft.ts';
import { settingFile, weakens } from './kernel-settings.ts';

/** Kernel settings with another value, by name. One that could not be read at either moment is not compared. */
export function diffSettings(pair: Pair): EventDraft[] {
  const { previous, next } = pair;
  return Object.keys(next.settings)
    .sort()
    .flatMap((name) => {
      const from = previous.settings[name];
      const to = next.settings[name];
      if (typeof from !== 'string' || typeof to !== 'string' || from === to) return [];
      return changed(pair, {
        severity: weakens(name, from, to) ? 'error' : 'warning',
        summary: `${name} was changed from ${from} to ${to}`,
        object: { kind: 'setting', name },
        what: name,
        from,
        to,
        evidence: [evidence(pair, 'settings', settingFile(name), to)],
      });
    });
}

/** Kernel auditing turned off (or on, or locked). */
export function diffAudit(pair: Pair): EventDraft[] {
  const from = pair.previous.audit?.enabled;
  const to = pair.next.audit?.enabled;
  if (from === undefined || to === undefined || from === to) return [];
  const event = changed(pair, {
    severity: to === 0 ? 'error' : 'warning',
    summary: `audit_enabled was changed from ${from} to ${to}`,
    object: { kind: 'setting', name: 'audit_enabled' },
    what: 'audit_enabled',
    from,
    to,
    evidence: [evidence(pair, 'audit', 'auditctl -s', `enabled ${to}`)],
  });
  return [event];
}

/** The host was started again: ids and processes of before mean nothing any more. */
export function noteReboot(pair: Pair): EventDraft {
  const { host, boot } = pair.next;
  return changed(pair, {
    severity: 'info',
    summary: `${host} was rebooted`,
    object: { kind: 'host', name: host },
    what: 'boot',
    from: pair.previous.boot,
    to: boot,
    evidence: [{ origin: '/proc/sys/kernel/random/boot_id', text: boot ?? '' }],
  });
}

/** Processes that hold BPF objects and gained or lost capabilities; a pid that another process took over is not one. */
export function diffCapabilities(pair: Pair): EventDraft[] {
  const before = new Map(pair.previous.processes.map((process) => [identity(process), process]));
  return [...pair.next.processes]
    .sort((a, b) => a.pid - b.pid)
    .flatMap((now) => {
      const old = before.get(identity(now));
      if (old === undefined) return [];
      const gained = now.capabilities.filter((name) => !old.capabilities.includes(name));
      const lost = old.capabilities.filter((name) => !now.capabilities.includes(name));
      if (gained.length === 0 && lost.length === 0) return [];
      return [capabilityChange(pair, now, gained, lost)];
    });
}

function identity(process: Process): string {
  return `${process.pid}:${process.startTime ?? ''}`;
}

function capabilityChange(
  pair: Pair,
  process: Process,
  gained: readonly string[],
  lost: readonly string[],
): EventDraft {
  const { pid, comm, exe, uid } = process;
  const parts = [gained.length > 0 ? `gained ${some(gained)}` : '', lost.length > 0 ? `lost ${some(lost)}` : ''];
  const actor = { pid, comm, ...(exe === null ? {} : { exe }), ...(uid === null ? {} : { uid }) };
  return draft(pair, 'proc', {
    type: 'capability-change',
    severity: gained.length > 0 ? 'warning' : 'info',
    summary: `${comm} (pid ${pid}) ${parts.filter((part) => part !== '').join(' and ')}`,
    object: { kind: 'process', id: pid, name: comm },
    details: { actor, gained, lost, programIds: process.programIds, mapIds: process.mapIds },
    evidence: [evidence(pair, 'processes', `/proc/${pid}/status`, process.capabilities.join(' '))],
  });
}

/** A few of the names: a process that changes its uid gains or loses all 41 at once. */
function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

interface Change {
  readonly severity: Severity;
  readonly summary: string;
  readonly object: JsonObject;
  readonly what: string;
  readonly from: string | number | null;
  readonly to: string | number | null;
  readonly evidence: readonly Evidence[];
}

function changed(pair: Pair, { severity, summary, object, what, from, to, evidence }: Change): EventDraft {
  const details = { change: { what, from, to } };
  return draft(pair, 'proc', { type: 'config-change', severity, summary, object, details, evidence });
}
