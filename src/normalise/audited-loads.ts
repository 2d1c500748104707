import type { EventDraft } from '../model/event.ts';
import { isJsonObject } from '../model/json.ts';

/** A load that was told so shortly before a look may not have been listed yet, ms. */
const SETTLE_MS = 5000;

/** Loads and hosts that are remembered: more are not normal, and hostile records name any number. */
const MAX_LOADS = 16_384;
const MAX_HOSTS = 256;

interface Load {
  readonly time: number;
  /** First look, ms, that did not list it; null while none has. */
  absentSince: number | null;
}

interface HostLoads {
  /** By program id, oldest first. */
  readonly open: Map<number, Load>;
  /** Something of the log is missing, or an unload did not say whose it was: then an open load says nothing. */
  isSpoiled: boolean;
  /** Boots that had ended when the first of them was noted. */
  boots: number;
  /** Of the newest record of the host's log. */
  newest: number;
}

/** A program that must be there by the audit log. */
export interface AuditedLoad {
  readonly id: number;
  readonly loadedAt: number;
}

/**
 * Programs of which the audit log told a load and no unload, within a boot. The kernel writes both records itself
 * (kernel/bpf/syscall.c, bpf_audit_prog), so a program that its listing lacks all the same is hidden: a rootkit that
 * rewrites what bpf(2) answers does not reach back into the log.
 */
export class AuditedLoads {
  readonly #hosts = new Map<string, HostLoads>();

  /** Takes in what an audit event of a host at `time` became; `boots` counts the boots of it that ended. */
  follow(host: string, time: number, drafts: readonly EventDraft[], boots: number): void {
    const loads = this.#of(host, boots);
    loads.newest = Math.max(loads.newest, time);
    for (const draft of drafts) {
      if (!isBpfRecord(draft)) continue;
      const { object } = draft.details;
      const id = isJsonObject(object) && typeof object.id === 'number' ? object.id : null;
      if (draft.type === 'program-load' && id !== null) this.#loaded(loads, id, time);
      else if (draft.type === 'program-unload' && id !== null) loads.open.delete(id);
      else if (draft.type === 'program-unload') loads.isSpoiled = true;
    }
  }

  /**
   * Unloads may have gone unrecorded before now: the daemon was not there, rules or the kernel's auditing changed, records
   * were lost. What was loaded until then says nothing any more; what is loaded from now on does.
   */
  forget(host: string): void {
    this.#hosts.get(host)?.open.clear();
  }

  /** Something of the host's log is missing; for null nobody knows of which host's. */
  spoil(host: string | null): void {
    for (const [name, loads] of this.#hosts) if (host === null || name === host) loads.isSpoiled = true;
  }

  /**
   * Programs that were loaded and not unloaded and that looks have not listed for some seconds, although the log went on
   * meanwhile: what is not listed may have been unloaded after the last record that was read.
   */
  missing(host: string, listed: ReadonlySet<number>, time: number, boots: number): readonly AuditedLoad[] {
    const loads = this.#of(host, boots);
    const missing: AuditedLoad[] = [];
    for (const [id, load] of loads.open) {
      if (listed.has(id) || load.time > time - SETTLE_MS) {
        load.absentSince = null;
        continue;
      }
      load.absentSince ??= time;
      const since = load.absentSince;
      const isCertain = time - since >= SETTLE_MS && loads.newest >= since + SETTLE_MS;
      if (isCertain && !loads.isSpoiled) missing.push({ id, loadedAt: load.time });
    }
    return missing;
  }

  /**
   * The same for a saved listing, which no other look follows: programs that were loaded well before it was written, at
   * `time`, and that nothing unloaded until the end of the log, which goes on well after it.
   */
  missingFromSaved(host: string, listed: ReadonlySet<number>, time: number, boots: number): readonly AuditedLoad[] {
    const loads = this.#of(host, boots);
    if (loads.isSpoiled || loads.newest < time + SETTLE_MS) return [];
    return [...loads.open]
      .filter(([id, load]) => !listed.has(id) && load.time <= time - SETTLE_MS)
      .map(([id, load]) => ({ id, loadedAt: load.time }));
  }

  #loaded({ open }: HostLoads, id: number, time: number): void {
    open.delete(id);
    open.set(id, { time, absentSince: null });
    const [oldest] = open.keys();
    if (open.size > MAX_LOADS && oldest !== undefined) open.delete(oldest);
  }

  #of(host: string, boots: number): HostLoads {
    const known = this.#hosts.get(host);
    if (known !== undefined && known.boots === boots) return known;
    const [oldest] = this.#hosts.keys();
    if (known === undefined && this.#hosts.size >= MAX_HOSTS && oldest !== undefined) this.#hosts.delete(oldest);
    const loads: HostLoads = { open: new Map(), isSpoiled: false, boots, newest: Number.NEGATIVE_INFINITY };
    this.#hosts.set(host, loads);
    return loads;
  }
}

function isBpfRecord({ details }: EventDraft): boolean {
  return isJsonObject(details.audit) && details.audit.record === 'BPF';
}
