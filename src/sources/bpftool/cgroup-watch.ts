import type { JsonObject } from '../../model/json.ts';
import type { Process } from '../../model/snapshot.ts';
import { decodeCgroup } from '../../normalise/decode-attachments.ts';
import { cgroupProgramState, type Listed } from './program-state.ts';

/** `bpftool cgroup tree` takes 70 us of CPU for each cgroup, of which a busy host has thousands. */
const WALK_EVERY_MS = 15_000;

/**
 * Decides at which looks the cgroup tree is walked: when programs that cgroups may have came or went, or lost the last
 * of what is seen to keep them, since a cgroup may be what does; as long as it names a program that is not listed, so
 * that none is called hidden for an old answer; and now and then, since one that was there before may be attached
 * elsewhere as well.
 */
export class CgroupWatch {
  readonly #always: boolean;
  #state: string | null = null;
  #walkedAt = Number.NEGATIVE_INFINITY;
  #attached: ReadonlySet<number> = new Set();

  /** `always`: at each look. */
  constructor(always: boolean) {
    this.#always = always;
  }

  /** Whether to walk it at the look of this time, ms, of which this was listed and walked before. */
  isDue(listed: Listed, processes: readonly Process[], time: number): boolean {
    const state = cgroupProgramState(listed, processes);
    const changed = state !== this.#state;
    this.#state = state;
    if (this.#always || changed || time - this.#walkedAt >= WALK_EVERY_MS) return true;
    const ids = new Set(listed.prog?.map(({ id }) => id));
    return [...this.#attached].some((id) => !ids.has(id));
  }

  /** It broke off: at the next look it is walked again. */
  failed(): void {
    this.#state = null;
  }

  /** Takes note of what it was at that time. */
  walked(tree: readonly JsonObject[], time: number): void {
    this.#attached = new Set(tree.flatMap(decodeCgroup).flatMap(({ programId }) => programId ?? []));
    this.#walkedAt = time;
  }
}
