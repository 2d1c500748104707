import { existsSync } from 'node:fs';
import { type Observation, type Source, SourceError } from '../model/observation.ts';
import { whyNotTrusted } from '../system/trust.ts';
import { findBpftool, isTooOld } from './bpftool/find.ts';
import { answerOf } from './bpftool/run.ts';
import { Observer } from './live-snapshot.ts';
import { findNsenter } from './nsenter.ts';
import { pause } from './pause.ts';
import { findAuditctl } from './proc/audit-status.ts';
import { ownStatus } from './proc/processes.ts';
import { findSs } from './proc/socket-filters.ts';
import { runTool } from './run-tool.ts';

export interface LiveOptions {
  /** Milliseconds from one look to the next. */
  readonly intervalMs: number;
  /** Path of bpftool; without it PATH and the usual places are searched. */
  readonly bpftool?: string;
  /** Walk the cgroup tree at each look, not only when something may have changed there and now and then. */
  readonly cgroups?: boolean;
  /** Also note when the entries of maps named `*config*` change. */
  readonly watchConfigMaps?: boolean;
  /** Also count the entries of maps that can be full. */
  readonly countEntries?: boolean;
  /** The audit log that is followed beside this; snapshots name it as a problem while it is not there. */
  readonly auditLog?: string;
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
  /** End after this many snapshots. */
  readonly maxSnapshots?: number;
}

/**
 * The live host: one snapshot at once and then one each interval. A look that takes longer than the interval makes the
 * next ones wait for the next full interval; two never run at a time. A look that fails in part says so in its
 * problems, and the watch goes on.
 *
 * @throws SourceError of kind `tool` when this host cannot be watched at all: not Linux, no bpftool or one before 5.8,
 * or too few rights.
 */
export async function liveSource(options: LiveOptions): Promise<Source> {
  if (process.platform !== 'linux') {
    throw new SourceError('tool', `a live host must be Linux, this is ${process.platform}: replay a capture instead`);
  }
  const bpftool = await findBpftool(options.bpftool);
  if (bpftool === null) throw new SourceError('tool', notFound(options.bpftool));
  if (isTooOld(bpftool.version)) {
    throw new SourceError(
      'tool',
      `${bpftool.path} is version ${bpftool.version}, which lists no links: 5.8 or later is needed`,
    );
  }
  await assertRights(bpftool.path);

  const observer = new Observer({
    bpftool,
    auditctl: findAuditctl(),
    nsenter: findNsenter(),
    ss: findSs(),
    cgroups: options.cgroups ?? false,
    watchConfigMaps: options.watchConfigMaps ?? false,
    countEntries: options.countEntries ?? false,
    auditLog: options.auditLog ?? null,
    now: options.now ?? Date.now,
  });
  let bytes = 0;
  let snapshots = 0;
  async function* observations(signal: AbortSignal): AsyncGenerator<readonly Observation[]> {
    const limit = options.maxSnapshots ?? Number.POSITIVE_INFINITY;
    const start = performance.now();
    while (!signal.aborted && snapshots < limit) {
      const look = await observer.look(signal);
      if (signal.aborted) return;
      bytes += look.bytes;
      snapshots += 1;
      yield [{ kind: 'snapshot', time: look.snapshot.time, snapshot: look.snapshot }];
      if (snapshots < limit) await untilNextTick(start, options.intervalMs, signal);
    }
  }
  return {
    name: 'live',
    observations,
    progress: () => ({ name: 'live', bytes, totalBytes: null, lines: 0, records: { snapshot: snapshots } }),
  };
}

/** Sleeps to the next whole interval after `start`, by the monotonic clock; an abort ends the sleep. */
async function untilNextTick(start: number, intervalMs: number, signal: AbortSignal): Promise<void> {
  const elapsed = performance.now() - start;
  await pause(intervalMs - (elapsed % intervalMs), signal);
}

/**
 * Listing ids needs CAP_SYS_ADMIN in the first user namespace (bpf_obj_get_next_id in kernel/bpf/syscall.c): root in a
 * container has the bit and is refused all the same, so a listing is tried as well.
 */
async function assertRights(bpftool: string): Promise<void> {
  const { uid, capabilities } = ownStatus();
  const advice = 'run it as root (sudo), on the host itself';
  if (!capabilities.includes('cap_sys_admin')) {
    const who = uid === null ? 'this process' : `uid ${uid}`;
    throw new SourceError(
      'tool',
      `not enough rights: listing BPF objects needs CAP_SYS_ADMIN, which ${who} lacks; ${advice}`,
    );
  }
  // Without -f: a walk for the names of pins may wait for a file system that never answers.
  const { errors } = answerOf(await runTool(bpftool, ['-j', '-n', 'prog', 'show']));
  const refusal = errors.find((error) => /Operation not permitted|Permission denied/.test(error));
  if (refusal !== undefined)
    throw new SourceError('tool', `not enough rights: bpftool prog show: ${refusal}; ${advice}`);
}

function notFound(explicit: string | undefined): string {
  const why = explicit === undefined || !existsSync(explicit) ? null : whyNotTrusted(explicit);
  if (why !== null) return `${explicit} is not run: ${why}; give the path of a bpftool that only root can change`;
  if (explicit !== undefined) return `${explicit} does not answer as bpftool: give the path of a working one`;
  return 'bpftool was not found on PATH, in /usr/sbin or in /usr/lib/linux-tools: install it (package bpftool, or linux-tools of this kernel) or give its path with --bpftool';
}
