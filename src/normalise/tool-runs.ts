import type { EventDraft } from '../model/event.ts';
import { isJsonObject } from '../model/json.ts';
import { lowest } from '../text/lists.ts';
import { actorIn, commandName, hasWorked } from './actor-details.ts';
import type { Boots } from './boots.ts';
import { isTrustedTool, toolOf } from './tools.ts';

/** What became of the drafts of one audit event. */
export interface Sifted {
  /** Drafts that are events now, by the audit event that they came from: held ones first. */
  readonly batches: readonly (readonly EventDraft[])[];
  /** Audit records that tell of a tool's reading and make no events. */
  readonly own: number;
}

interface Run {
  readonly started: number;
  readonly steps: { readonly drafts: readonly EventDraft[]; readonly records: number }[];
  /** Programs that it loaded and that are not gone. */
  readonly alive: Set<string>;
  readonly gone: Set<string>;
  /** Programs attached, by a link or otherwise, and iterators opened: each of those needs a link. */
  attached: number;
  iterated: number;
  /** Something that cannot be followed: a load without an id. */
  untold: boolean;
}

/** Reading alone: what there is, what it is, what is in it. */
const READS: ReadonlySet<string> = new Set([
  ...['PROG', 'MAP', 'BTF', 'LINK'].flatMap((each) => [`BPF_${each}_GET_NEXT_ID`, `BPF_${each}_GET_FD_BY_ID`]),
  ...['BPF_OBJ_GET', 'BPF_OBJ_GET_INFO_BY_FD', 'BPF_PROG_QUERY', 'BPF_TASK_FD_QUERY'],
  ...['BPF_MAP_LOOKUP_ELEM', 'BPF_MAP_GET_NEXT_KEY', 'BPF_MAP_LOOKUP_BATCH'],
]);

/** What libbpf does before and while bpftool reads through an iterator, and what it tries the kernel with. */
const STEPS: ReadonlySet<string> = new Set([
  ...['BPF_BTF_LOAD', 'BPF_MAP_CREATE', 'BPF_MAP_UPDATE_ELEM', 'BPF_MAP_FREEZE', 'BPF_PROG_LOAD'],
  ...['BPF_LINK_CREATE', 'BPF_ITER_CREATE'],
]);

/** bpftool reads an iterator and ends at once: this is ample, ms of event time. */
const WAIT_MS = 5000;

const MAX_RUNS = 64;
const MAX_STEPS = 512;

/**
 * Keeps apart what bpftool and bpfwitness do to look at a host from what is done with them, in logs where no snapshot
 * says which process looked. The rule:
 *
 * - Any event of a process called `bpftool` or `bpfwitness` is labelled: `details.tool`.
 * - Its calls that only read and were not refused make no event. Anybody can take the name, so nothing else is let go
 *   for it; of `/usr/.../bpftool` run by root, BPF_TASK_FD_QUERY is let go refused, too.
 * - `/usr/.../bpftool` run by root reads who holds what through an iterator, for which it loads programs, and libbpf tries
 *   the kernel with some more. From the first on, its calls are held back for five seconds at most. They make no event
 *   once it has opened an iterator and all that it loaded is gone.
 * - Of what is not let go that way, a load whose program is gone again is at `debug`, as is its unload, unless something
 *   was seen to be attached meanwhile: without a rule for bpf(2) no iterator is told of, and libbpf tries the kernel
 *   before any load by hand.
 * - All else stands as it is: a program that stays, is attached or pinned by hand, a map that is changed. The first such
 *   call releases what is held.
 */
export class ToolRuns {
  #runs = new Map<string, Run>();
  /** Where the unload of a held program belongs. */
  #programs = new Map<string, string>();
  readonly #boots: Boots;

  constructor(boots: Boots) {
    this.#boots = boots;
  }

  /** Takes the drafts of one audit event of `records` records. */
  sift(drafts: readonly EventDraft[], records: number): Sifted {
    const [first] = drafts;
    const actor = first === undefined ? null : actorIn(first.details);
    const unloaded = this.#unloadedBy(drafts);
    if (first === undefined || (actor === null && unloaded === null)) return { batches: [drafts], own: 0 };

    const run = `${actor?.pid} ${first.host}`;
    if (unloaded !== null && (actor === null || unloaded === run)) {
      return this.#step(unloaded, labelled(drafts, 'bpftool'), records);
    }
    // Another process held on to it, so that it was no iterator.
    if (unloaded !== null) return { batches: [...this.#release(unloaded), drafts], own: 0 };
    const tool = actor === null ? null : toolOf(actor);
    if (actor === null || tool === null) return { batches: [drafts], own: 0 };

    const told = labelled(drafts, tool);
    const command = commandName(first.details);
    const refused = drafts.some(({ type }) => type === 'access-denied' || type === 'policy-violation');
    // `bpftool perf` asks about every descriptor of every process, and is refused for most by the kernel's own rules.
    const asked = command === 'BPF_TASK_FD_QUERY' && isTrustedTool(actor);
    if (asked && drafts.length === 1) return { batches: [], own: records };
    if (command !== null && !refused) {
      if (READS.has(command) && drafts.length === 1) return { batches: [], own: records };
      const changesAnother = first.details.openedById === true;
      if (STEPS.has(command) && !changesAnother && isTrustedTool(actor)) return this.#step(run, told, records);
    }
    return { batches: [...this.#release(run), told], own: 0 };
  }

  /** Event time, ms, of the oldest that is held; null when nothing is. */
  get heldSince(): number | null {
    if (this.#runs.size === 0) return null;
    return lowest([...this.#runs.values()].map(({ started }) => started));
  }

  /** What was held for too long to be an iterator's. `time` is that of the newest observation, ms. */
  expire(time: number): Sifted['batches'] {
    if (this.#runs.size === 0) return [];
    const over = [...this.#runs].filter(([, { started }]) => Math.abs(time - started) > WAIT_MS);
    return over.flatMap(([key]) => this.#release(key));
  }

  /** All that is held: the input is over. */
  end(): Sifted['batches'] {
    return [...this.#runs.keys()].flatMap((key) => this.#release(key));
  }

  #step(key: string, drafts: readonly EventDraft[], records: number): Sifted {
    const run = this.#runs.get(key) ?? this.#begin(key, drafts);
    if (run === null) return { batches: [drafts], own: 0 };
    run.steps.push({ drafts, records });
    for (const draft of drafts) this.#follow(key, run, draft);
    if (run.iterated > 0 && run.attached <= run.iterated && run.alive.size === 0 && !run.untold) {
      this.#forget(key, run);
      return { batches: [], own: run.steps.reduce((sum, step) => sum + step.records, 0) };
    }
    return { batches: run.steps.length >= MAX_STEPS ? this.#release(key) : [], own: 0 };
  }

  /** A run begins with what may lead to a load. Past the limit nothing is held. */
  #begin(key: string, [first]: readonly EventDraft[]): Run | null {
    if (this.#runs.size >= MAX_RUNS || first === undefined) return null;
    const started = first.time;
    const run: Run = { started, steps: [], alive: new Set(), gone: new Set(), attached: 0, iterated: 0, untold: false };
    this.#runs.set(key, run);
    return run;
  }

  #follow(key: string, run: Run, draft: EventDraft): void {
    const program = this.#programOf(draft);
    if (draft.type === 'program-unload' && program !== null && run.alive.delete(program)) {
      run.gone.add(program);
      this.#programs.delete(program);
    }
    if (draft.type === 'program-load' && hasWorked(draft.details)) {
      if (program === null) run.untold = true;
      else {
        run.alive.add(program);
        this.#programs.set(program, key);
      }
    }
    if (draft.type === 'program-attach') run.attached += 1;
    if (commandName(draft.details) === 'BPF_ITER_CREATE') run.iterated += 1;
  }

  /** The held run that loaded the program that is gone; null when the drafts tell of anything else. */
  #unloadedBy(drafts: readonly EventDraft[]): string | null {
    if (this.#programs.size === 0) return null;
    const [first] = drafts;
    if (first?.type !== 'program-unload' || drafts.length > 1) return null;
    const program = this.#programOf(first);
    return program === null ? null : (this.#programs.get(program) ?? null);
  }

  #programOf({ host, details: { object } }: EventDraft): string | null {
    return isJsonObject(object) && typeof object.id === 'number' ? this.#boots.key(host, object.id) : null;
  }

  /** What is held of a run that was not let go. */
  #release(key: string): Sifted['batches'] {
    const run = this.#runs.get(key);
    if (run === undefined) return [];
    this.#forget(key, run);
    return run.steps.map(({ drafts }) => drafts.map((draft) => this.#released(run, draft)));
  }

  #released(run: Run, draft: EventDraft): EventDraft {
    const program = this.#programOf(draft);
    const wasTrial = run.attached === 0 && program !== null && run.gone.has(program);
    return wasTrial ? { ...draft, severity: 'debug' } : draft;
  }

  #forget(key: string, run: Run): void {
    this.#runs.delete(key);
    for (const program of run.alive) this.#programs.delete(program);
  }
}

function labelled(drafts: readonly EventDraft[], tool: string): readonly EventDraft[] {
  return drafts.map((each) => ({ ...each, details: { ...each.details, tool } }));
}
