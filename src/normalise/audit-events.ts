import type { EventDraft } from '../model/event.ts';
import { avcEvent } from './audit-avc.ts';
import { callEvent } from './audit-call.ts';
import { configChangeEvent, daemonEvent, featureChangeEvent } from './audit-config.ts';
import type { AuditRecord, GroupView } from './audit-group.ts';
import { programEvent } from './audit-program.ts';

export interface AuditMapping {
  readonly events: readonly EventDraft[];
  /** Names of the records that say nothing about BPF or auditing itself. */
  readonly unmapped: readonly string[];
}

/** Records that only add to others of their event. */
const COMPANIONS = new Set(['SYSCALL', 'PROCTITLE', 'CWD', 'PATH', 'EXECVE', 'SOCKADDR', 'OBJ_PID', 'AVC_PATH', 'EOE']);

/**
 * The events in the records of one audit event. A load with its SYSCALL is one program-load; a call that an AVC
 * explains is told by the AVC alone.
 */
export function auditEvents(view: GroupView): AuditMapping {
  const events: EventDraft[] = [];
  const unmapped: string[] = [];
  for (const record of view.records) {
    if (COMPANIONS.has(record.name)) continue;
    const event = recordEvent(view, record);
    if (event === null) unmapped.push(record.name);
    else events.push(event);
  }
  const call = view.syscall === null ? null : callEvent(view, view.syscall);
  if (call !== null && !events.some((event) => tells(event, call))) events.push(call);
  if (events.length === 0) {
    for (const record of view.records) if (COMPANIONS.has(record.name)) unmapped.push(record.name);
  }
  return { events, unmapped };
}

function recordEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  switch (record.name) {
    case 'BPF':
      return programEvent(view, record);
    case 'AVC':
    case 'USER_AVC':
      return avcEvent(view, record);
    case 'CONFIG_CHANGE':
      return configChangeEvent(view, record);
    case 'FEATURE_CHANGE':
      return featureChangeEvent(view, record);
    default:
      return record.name.startsWith('DAEMON_') ? daemonEvent(view, record) : null;
  }
}

/** Whether `event`, from a record of the same audit event, already tells what the call did. */
function tells(event: EventDraft, call: EventDraft): boolean {
  return event.type === call.type && event.type !== 'config-change';
}
