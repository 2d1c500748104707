import { hostname } from 'node:os';
import type { Source } from '../model/observation.ts';
import { withoutOwn } from '../sources/audit-log/own.ts';
import { tailAuditLog } from '../sources/audit-log/tail.ts';
import { liveSource } from '../sources/live.ts';
import { mergeLive } from '../sources/merge-live.ts';
import type { LiveConfig } from './config.ts';

/**
 * Everything that is watched on this host, in order of arrival. Throws `SourceError` when there is no way to look
 * at it; an audit log that is not there is only a blind spot, which the snapshots name.
 */
export async function openLiveSources(live: LiveConfig, maxSnapshots?: number): Promise<Source> {
  // One look at the host needs no log that goes on for ever.
  const auditLog = maxSnapshots === undefined ? live.auditLog : null;
  const kernel = await liveSource({
    intervalMs: live.pollMs,
    cgroups: live.cgroups,
    watchConfigMaps: live.watchConfigMaps,
    countEntries: live.countEntries,
    ...(live.bpftool === null ? {} : { bpftool: live.bpftool }),
    ...(auditLog === null ? {} : { auditLog }),
    ...(maxSnapshots === undefined ? {} : { maxSnapshots }),
  });
  if (auditLog === null) return kernel;
  return mergeLive(`live ${hostname()}`, [kernel, withoutOwn(tailAuditLog(auditLog), process.pid)]);
}
