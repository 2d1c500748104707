import type { GroupView } from './audit/group.ts';
import { isKernelStart } from './audit/system.ts';
import { Recent } from './recent.ts';

/** Hosts remembered at least. */
const REMEMBERED = 4096;

/** The last sign of a boot comes this long, at most, after the first, ms. */
const STARTING_MS = 10 * 60_000;

interface Boot {
  /** Another for each boot of each host, so that nothing of a boot that is over or forgotten is taken for its own. */
  readonly epoch: number;
  /** Boots of this host that were seen to end before it. */
  readonly ended: number;
  /** When it was first told of; null for the one that was on when we began to look. */
  readonly since: number | null;
  /** Highest serial of the kernel's audit events in it; null before the first. */
  highest: number | null;
}

/**
 * Which boot each host is in. Program ids and audit serials begin again with a boot, so nothing may be paired across
 * its end. A jump of the clock ends nothing.
 */
export class Boots {
  #boots = new Recent<Boot>(REMEMBERED);
  #epochs = 0;

  /** A key for something with an id within the host's boot. */
  key(host: string, id: number): string {
    return `${this.#of(host).epoch} ${id} ${host}`;
  }

  /** Boots of the host that were seen to end. */
  ended(host: string): number {
    return this.#of(host).ended;
  }

  /** Takes in an audit event of the host: it may tell of a start, and its serial tells whether the boot goes on. */
  follow({ host, group: { time, serial }, records }: GroupView): void {
    const first = records[0];
    if (first === undefined) return;
    if (first.name === 'KERNEL' && isKernelStart(first)) this.begin(host, time);
    if (first.name === 'SYSTEM_BOOT') this.#systemBoot(host, time, serial);
    // auditd numbers what it says about itself by a count of its own.
    if (serial === null || first.name.startsWith('DAEMON_')) return;
    const boot = this.#of(host);
    if (boot.highest === null || serial > boot.highest) boot.highest = serial;
  }

  /**
   * The host was started: what came before is over. Several signs of one boot come together (serials begin again, then
   * the kernel says that it was started); the later ones, with no audit event between, change nothing.
   */
  begin(host: string, time: number): void {
    const { since, highest } = this.#of(host);
    if (since === null || highest !== null || Math.abs(time - since) > STARTING_MS) this.#next(host, time);
  }

  /** Two snapshots are of two boots: the host was started between them, unless something else told so already. */
  beginBetween(host: string, before: number, after: number): void {
    const { since } = this.#of(host);
    if (since === null || since <= before || since > after) this.#next(host, after);
  }

  /**
   * SYSTEM_BOOT, which user space writes once auditd runs: by then the kernel has told of the programs that systemd
   * loaded. So it ends a boot only when nothing else has told of it: its serial (null without one) does not go on from
   * those seen, and no other sign of a boot came shortly before.
   */
  #systemBoot(host: string, time: number, serial: number | null): void {
    const { highest, since } = this.#of(host);
    if (serial !== null && highest !== null && serial > highest) return;
    if (since !== null && Math.abs(time - since) <= STARTING_MS) return;
    this.#next(host, time);
  }

  #next(host: string, time: number): void {
    const { ended } = this.#of(host);
    this.#epochs += 1;
    this.#boots.set(host, { epoch: this.#epochs, ended: ended + 1, since: time, highest: null });
  }

  #of(host: string): Boot {
    const known = this.#boots.get(host);
    if (known !== undefined) return known;
    this.#epochs += 1;
    const boot: Boot = { epoch: this.#epochs, ended: 0, since: null, highest: null };
    this.#boots.set(host, boot);
    return boot;
  }
}
