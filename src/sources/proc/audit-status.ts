import type { AuditStatus } from '../../model/snapshot.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import { findExecutables } from '../find-executable.ts';
import { runTool } from '../run-tool.ts';

/** `auditctl -s`: a name and a number on each line; null when `enabled` is not among them. */
export function parseAuditStatus(text: string): AuditStatus | null {
  const number = (name: string) => {
    // Before auditctl 2.3 all stood on one line: `AUDIT_STATUS: enabled=1 flag=1 pid=...`.
    const value = new RegExp(`(?:^|[\\s:])${name}[ =](\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value);
  };
  const enabled = number('enabled');
  return enabled === null ? null : { enabled, lost: number('lost'), backlog: number('backlog') };
}

/** Path of auditctl, or null when this host has none. */
export function findAuditctl(): string | null {
  return findExecutables('auditctl')[0] ?? null;
}

/** Asks the kernel's audit status through auditctl; a text says why there is none (`Operation not permitted`). */
export async function readAuditStatus(auditctl: string, signal?: AbortSignal): Promise<AuditStatus | string> {
  const { stdout, stderr, failure } = await runTool(auditctl, ['-s'], { timeoutMs: 5000, ...(signal && { signal }) });
  return (
    parseAuditStatus(stdout.toString('utf8')) ??
    failure ??
    (stderr.trim().split('\n')[0] || 'auditctl -s printed no status')
  );
}

/** The rules of the kernel's audit, a line each, through auditctl; a text says why they are not known. */
export async function readAuditRules(auditctl: string, signal?: AbortSignal): Promise<readonly string[] | string> {
  const { stdout, stderr, failure, code } = await runTool(auditctl, ['-l'], {
    timeoutMs: 5000,
    ...(signal && { signal }),
  });
  if (failure !== null || code !== 0)
    return failure ?? (stderr.trim().split('\n')[0] || `auditctl -l ended with ${code}`);
  return parseAuditRules(textOfPath(stdout));
}

/** The rules in what `auditctl -l` prints; `No rules` is none. */
export function parseAuditRules(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('-'));
}
