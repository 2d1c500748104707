import type { Gap } from '../../model/observation.ts';
import { formatTime } from '../../text/time.ts';
import { type LogFile, positionOf, type Where } from './log-file.ts';
import type { OpenGroup } from './open-group.ts';
import { SerialTracker } from './serials.ts';

/** Hosts whose serials are followed. */
const MAX_HOSTS = 1000;

/** A record of user space that the host was started is of the boot that was noticed by its serials so shortly before. */
const SAME_BOOT_MS = 10 * 60_000;

/** A gap, the host that it is of, and the file in which it was noticed. */
export interface HostGap {
  readonly host: string | null;
  readonly gap: Gap;
  readonly file: LogFile;
}

interface Host {
  readonly serials: SerialTracker;
  /** Event time of the last boot that was noticed, or of the first event: the log may begin with one. */
  bootedAt: number;
}

/**
 * Finds what is missing in a log, and where it cannot be read as one row of time, by the serials of its events: boots
 * and jumps of the clock as they come, missing serials at the end.
 *
 * Missing serials are told only of a whole log: where at least half of those between the first and the last of a boot
 * are there, or long runs of them. In a selection (`ausearch -m BPF`, an excerpt of dmesg) the rest was left out on
 * purpose. Up to 20 holes of a boot are told one by one, more of them as one.
 */
export class GapFinder {
  #hosts = new Map<string | null, Host>();
  #booted = false;

  /** The log itself says that the host was started again before the next record (`-- Reboot --`). */
  markBoot(): void {
    this.#booted = true;
  }

  /** Looks at an event as it is opened. `kernelStarted`, `systemStarted`: its record is KERNEL or SYSTEM_BOOT. */
  see(group: OpenGroup, where: Where, kernelStarted: boolean, systemStarted: boolean): readonly Gap[] {
    let host = this.#hosts.get(group.node);
    if (host === undefined) {
      if (this.#hosts.size >= MAX_HOSTS) return NONE;
      host = { serials: new SerialTracker(), bootedAt: group.time };
      this.#hosts.set(group.node, host);
    }
    const { time, serial } = group;
    const marked = this.#booted || (systemStarted && time - host.bootedAt > SAME_BOOT_MS);
    this.#booted = false;
    if (serial < 0) {
      if (!marked) return NONE;
      host.bootedAt = time;
      const message = `the host was started again at ${formatTime(time)}`;
      return [{ kind: 'boot', at: positionOf(where), time, count: null, message }];
    }
    const gaps = host.serials.see(serial, time, where, kernelStarted || marked);
    if (kernelStarted || gaps.some(({ kind }) => kind === 'boot')) host.bootedAt = time;
    return gaps;
  }

  /** What is missing, when all has been read. */
  end(): readonly HostGap[] {
    return [...this.#hosts].flatMap(([host, { serials }]) => serials.end().map((missing) => ({ host, ...missing })));
  }
}

const NONE: readonly Gap[] = [];
