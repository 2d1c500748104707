import type { Snapshot } from '../model/snapshot.ts';
import { calledBy, type GroupView } from './audit/group.ts';
import { numberOf } from './audit/value.ts';

/** Our tools load a program or two with every look; those of long ago are gone. */
const MAX_PROGRAMS = 4096;

/** What is ours on a host that is being watched: the process that looks, its children, and what those load. */
export class OwnDoing {
  #pid: number | null = null;
  /** Programs that our own tools loaded: their unload may come without a system call that would tell. */
  #programs = new Set<number>();

  /** Takes in what a snapshot says. Ids count from 1 again with another boot. */
  learn(snapshot: Snapshot, sameBoot: boolean): void {
    this.#pid = snapshot.observer?.pid ?? this.#pid;
    if (!sameBoot) this.#programs.clear();
    this.#add(snapshot.own?.programs ?? []);
  }

  /** Whether the records tell of our own looking. Notes which programs our tools loaded while doing so. */
  has(view: GroupView): boolean {
    if (this.#pid === null && this.#programs.size === 0) return false;
    const programs = view.records.filter((record) => record.name === 'BPF');
    const ids = programs.map((record) => numberOf(record.fields, 'prog-id') ?? 0);
    if (this.#pid !== null && calledBy(view, this.#pid)) {
      this.#add(ids.filter((id) => id !== 0));
      return true;
    }
    return programs.length === view.records.length && ids.length > 0 && ids.every((id) => this.#programs.has(id));
  }

  #add(ids: readonly number[]): void {
    for (const id of ids) this.#programs.add(id);
    for (const id of this.#programs) {
      if (this.#programs.size <= MAX_PROGRAMS) return;
      this.#programs.delete(id);
    }
  }
}
