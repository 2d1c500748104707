import { existsSync, readFileSync } from 'node:fs';
import { textOfPath } from '../text/path-bytes.ts';
import { findBpftool, isTooOld } from './bpftool/find.ts';
import { type HostFact, isReadable, kernelFacts } from './kernel-facts.ts';
import { findNsenter } from './nsenter.ts';
import { findAuditctl, readAuditStatus } from './proc/audit-status.ts';
import { readHostIdentity } from './proc/host-name.ts';
import { ownStatus } from './proc/processes.ts';
import { findSs } from './proc/socket-filters.ts';
import { toolTrustFacts } from './tool-trust.ts';

export interface HostOptions {
  /** Path of bpftool, when it was given. */
  readonly bpftool?: string;
}

/** Where auditd writes unless auditd.conf(5) says otherwise. */
const AUDIT_LOG = '/var/log/audit/audit.log';

/** What this host offers for a live watch, in the order in which it matters. Changes nothing and loads nothing. */
export async function probeHost(options: HostOptions = {}): Promise<readonly HostFact[]> {
  const kernel = kernelFact();
  if (kernel.status === 'missing') return [kernel];
  return [
    kernel,
    await bpftoolFact(options.bpftool),
    rightsFact(),
    await auditFact(),
    auditLogFact(),
    bpffsFact(),
    nsenterFact(),
    ssFact(),
    ...toolTrustFacts(options.bpftool),
    ...kernelFacts(),
  ];
}

function kernelFact(): HostFact {
  const name = 'kernel';
  const needed = true;
  if (process.platform !== 'linux') {
    return {
      name,
      needed,
      status: 'missing',
      found: process.platform,
      lost: 'the live watch; a capture can be replayed here',
    };
  }
  return { name, needed, status: 'ok', found: `Linux ${readHostIdentity().kernel ?? ''} ${process.arch}`, lost: '' };
}

async function bpftoolFact(explicit: string | undefined): Promise<HostFact> {
  const name = 'bpftool';
  const needed = true;
  const bpftool = await findBpftool(explicit);
  if (bpftool === null) {
    const found = explicit === undefined ? 'not found' : `${explicit} does not answer`;
    return { name, needed, status: 'missing', found, lost: 'the live watch' };
  }
  const found = `${bpftool.path} ${bpftool.version}`;
  if (isTooOld(bpftool.version)) {
    return { name, needed, status: 'missing', found, lost: 'the live watch: it needs 5.8 or later, which lists links' };
  }
  if (bpftool.skeletons === false) return { name, needed, status: 'ok', found, lost: '' };
  return {
    name,
    needed,
    status: 'limited',
    found: `${found}, ${bpftool.skeletons ? 'loads programs of its own to find owners' : 'does not tell its features'}`,
    lost: 'programs that come and go between two looks cannot be told by their ids',
  };
}

function rightsFact(): HostFact {
  const name = 'rights';
  const needed = true;
  const { uid, capabilities } = ownStatus();
  const found = `uid ${uid ?? 'unknown'}, ${capabilities.length} capabilities`;
  if (!capabilities.includes('cap_sys_admin')) {
    return { name, needed, status: 'missing', found, lost: 'the live watch: listing BPF objects needs CAP_SYS_ADMIN' };
  }
  const losses = [
    ...(capabilities.includes('cap_sys_ptrace') ? [] : ['owners that run as other users (CAP_SYS_PTRACE)']),
    ...(capabilities.includes('cap_syslog') ? [] : ['helpers of programs (CAP_SYSLOG)']),
  ];
  return { name, needed, status: losses.length === 0 ? 'ok' : 'limited', found, lost: losses.join('; ') };
}

async function auditFact(): Promise<HostFact> {
  const name = 'audit';
  const needed = false;
  const lost = 'whether the kernel audits: the audit check is inconclusive';
  const auditctl = findAuditctl();
  if (auditctl === null) return { name, needed, status: 'missing', found: 'auditctl not found', lost };
  const status = await readAuditStatus(auditctl);
  if (typeof status === 'string') return { name, needed, status: 'missing', found: `${auditctl}: ${status}`, lost };
  if (status.enabled === 0) {
    return {
      name,
      needed,
      status: 'limited',
      found: 'off',
      lost: 'audit records: who loaded a program, and what was denied',
    };
  }
  const losses = (status.lost ?? 0) > 0 ? `${status.lost} records that the kernel could not deliver` : '';
  return {
    name,
    needed,
    status: losses === '' ? 'ok' : 'limited',
    found: status.enabled === 2 ? 'on and locked' : 'on',
    lost: losses,
  };
}

function auditLogFact(): HostFact {
  const name = 'audit log';
  const needed = false;
  const lost = 'events from the audit log';
  if (!existsSync(AUDIT_LOG)) return { name, needed, status: 'missing', found: `no ${AUDIT_LOG}`, lost };
  if (isReadable(AUDIT_LOG)) return { name, needed, status: 'ok', found: AUDIT_LOG, lost: '' };
  return { name, needed, status: 'missing', found: `${AUDIT_LOG} may not be read`, lost };
}

function bpffsFact(): HostFact {
  const name = 'bpffs';
  const needed = false;
  const mounts = readMounts().flatMap((line) => {
    const [, path = '', type] = line.split(' ');
    return type === 'bpf' ? [path] : [];
  });
  if (mounts.length > 0) return { name, needed, status: 'ok', found: mounts.join(', '), lost: '' };
  return {
    name,
    needed,
    status: 'limited',
    found: 'not mounted',
    lost: 'pins (there can be none where it is not mounted)',
  };
}

function nsenterFact(): HostFact {
  const nsenter = findNsenter();
  const lost =
    nsenter === null
      ? 'what is attached in other network namespaces, and who reads raw frames in those without a process'
      : '';
  const status = nsenter === null ? 'missing' : 'ok';
  return { name: 'nsenter', needed: false, status, found: nsenter ?? 'not found', lost };
}

function ssFact(): HostFact {
  const ss = findSs();
  const lost = ss === null ? 'by which filter raw frames are read' : '';
  return { name: 'ss', needed: false, status: ss === null ? 'missing' : 'ok', found: ss ?? 'not found', lost };
}

function readMounts(): readonly string[] {
  try {
    return textOfPath(readFileSync('/proc/mounts')).split('\n');
  } catch {
    return [];
  }
}
