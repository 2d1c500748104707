import { existsSync } from 'node:fs';
import type { Problem, Snapshot } from '../model/snapshot.ts';
import { readAuditRules, readAuditStatus } from './proc/audit-status.ts';

/**
 * What auditctl, whose path is null when there is none, says of the kernel's audit. Problems are what it does not say,
 * and that the log that is to be followed (null for none) is not there.
 */
export async function lookAtAudit(
  auditctl: string | null,
  auditLog: string | null,
  signal: AbortSignal,
  problems: Problem[],
): Promise<Pick<Snapshot, 'audit' | 'auditRules'>> {
  const audit = auditctl === null ? 'auditctl is not installed' : await readAuditStatus(auditctl, signal);
  if (typeof audit === 'string') problems.push({ section: 'audit', message: `audit status unknown: ${audit}` });
  const auditRules = auditctl === null ? null : await readAuditRules(auditctl, signal);
  if (typeof auditRules === 'string') {
    problems.push({ section: 'audit-rules', message: `audit rules unknown: ${auditRules}` });
  }
  if (auditLog !== null && !existsSync(auditLog)) {
    const lost = 'who loads programs, and what is refused to whom, is not seen';
    problems.push({ section: null, message: `there is no audit log ${auditLog}: ${lost}` });
  }
  return {
    ...(typeof audit === 'string' ? {} : { audit }),
    ...(auditRules === null || typeof auditRules === 'string' ? {} : { auditRules }),
  };
}
