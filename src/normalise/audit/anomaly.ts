import type { EventDraft } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, actorPhrase, actorPrefix, present } from './actor.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, numberOf } from './value.ts';

/** What the kernel finds odd (1700 to 1703). */
export const ANOMALY_RULES: RuleTable = {
  ANOM_ABEND: abendEvent,
  ANOM_PROMISCUOUS: promiscuousEvent,
  ANOM_LINK: (view, record) => fileEvent(view, record, 'followed or made a suspicious link'),
  ANOM_CREAT: (view, record) => fileEvent(view, record, 'opened a file in a suspicious place for creation'),
};

/** SIGSYS: a process that a seccomp filter or the kernel killed for a system call. */
const SIGSYS = 31;

/** `auid=.. uid=.. pid=.. comm="httpd" exe="/usr/sbin/httpd" sig=11 res=1`: a process ended by a signal. */
function abendEvent(view: GroupView, record: AuditRecord): EventDraft {
  const signal = numberOf(record.fields, 'sig') ?? fieldOf(record.fields, 'sig');
  const actor = actorOfEvent(view, record);
  const killed = signal === SIGSYS || signal === 'SIGSYS';
  const who = actorPhrase(actor) ?? 'a process';
  return alert(view, record, killed ? 'warning' : 'info', `${who} ended by signal ${signal ?? 'unknown'}`, {
    object: { kind: 'process', ...present('name', actor.comm ?? null) },
    ...present('signal', signal),
  });
}

/** IFF_PROMISC in the flags of an interface (include/uapi/linux/if.h), which `prom` and `old_prom` hold. */
const PROMISCUOUS = 0x100;

/** `dev=ens4 prom=256 old_prom=0 auid=1001 uid=0 gid=0 ses=1`. */
function promiscuousEvent(view: GroupView, record: AuditRecord): EventDraft {
  const device = fieldOf(record.fields, 'dev') ?? 'a network interface';
  const prom = numberOf(record.fields, 'prom');
  const begins = prom === null || (prom & PROMISCUOUS) !== 0;
  const who = actorPrefix(actorOfEvent(view, record));
  const does = begins ? 'receives the frames of others (promiscuous mode)' : 'left promiscuous mode';
  return alert(view, record, 'warning', `${who}${device} ${does}`, { object: { kind: 'interface', name: device } });
}

/** `op=follow_link action=denied ppid=1 pid=9 ... res=0`, with the file in a PATH record. */
function fileEvent(view: GroupView, record: AuditRecord, did: string): EventDraft {
  const { fields } = record;
  const path = view.records.find(({ name }) => name === 'PATH');
  const target = fieldOf(fields, 'path') ?? fieldOf(fields, 'name') ?? (path ? fieldOf(path.fields, 'name') : null);
  const who = actorPhrase(actorOfEvent(view, record)) ?? 'a process';
  return alert(view, record, 'warning', `${who} ${did}${target === null ? '' : `: ${target}`}`, {
    object: { kind: 'file', ...present('name', target) },
    ...present('op', fieldOf(fields, 'op')),
  });
}

/** ANOM_* of 2100 to 2199: what an intrusion detection in user space found, as it says it. */
export function userAnomalyEvent(view: GroupView, record: AuditRecord): EventDraft {
  return userEvent(view, record, 'error', 'an anomaly was reported');
}

/** RESP_* of 2200 to 2299: what was done about an anomaly. */
export function responseEvent(view: GroupView, record: AuditRecord): EventDraft {
  return userEvent(view, record, 'warning', 'an anomaly was answered');
}

function userEvent(view: GroupView, record: AuditRecord, severity: Severity, what: string): EventDraft {
  const { fields } = record;
  const account = fieldOf(fields, 'acct');
  const address = fieldOf(fields, 'addr');
  const about = [account === null ? '' : ` of ${account}`, address === null ? '' : ` from ${address}`].join('');
  const who = actorPrefix(actorOfEvent(view, record));
  return alert(view, record, severity, `${who}${what}: ${record.name}${about}`, {
    object: { kind: 'anomaly', name: record.name },
    ...present('op', fieldOf(fields, 'op')),
    ...present('account', account),
    ...present('address', address),
  });
}

function alert(
  view: GroupView,
  record: AuditRecord,
  severity: Severity,
  summary: string,
  details: EventDraft['details'],
): EventDraft {
  return draftOf(view, record, 'security-alert', severity, {
    summary,
    ...details,
    ...actorDetails(actorOfEvent(view, record)),
  });
}
