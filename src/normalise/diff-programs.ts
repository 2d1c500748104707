import type { EventDraft } from '../model/event.ts';
import type { Owner, Program } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import { dangerOf } from './dangerous-helpers.ts';
import { actorOf, byOwner, draft, elementEvidence, evidence, label, ownersDetail, type Pair } from './diff-draft.ts';

/** bpftool adds the load time to the boot time anew at each run and rounds down: one second either way is the same. */
const LOAD_TIME_JITTER_MS = 2000;

/**
 * A loader built on libbpf first loads and drops some throw-away programs to learn what the kernel can do
 * (kernel_supports in libbpf's features.c): bpftool 7.1 does five. So many for each new program are no news.
 */
const PROBES_PER_PROGRAM = 10;

/** Programs that went and programs that came, each by id; one that took another's id did both. */
export function diffPrograms(pair: Pair): { readonly unloads: EventDraft[]; readonly loads: EventDraft[] } {
  const { previous, next } = pair;
  if (previous.programs === next.programs) return { unloads: [], loads: [] };
  const before = new Map(previous.programs.map((program) => [program.id, program]));
  const after = new Map(next.programs.map((program) => [program.id, program]));
  const shift = clockShift(before, next.programs);
  const stays = (old: Program | undefined, now: Program | undefined) =>
    old !== undefined &&
    now !== undefined &&
    isSame(old, now) &&
    Math.abs(loadDelta(old, now) - shift) <= LOAD_TIME_JITTER_MS;
  return {
    unloads: previous.programs.filter((old) => !stays(old, after.get(old.id))).map((old) => unload(pair, old)),
    loads: next.programs.filter((now) => !stays(before.get(now.id), now)).map((now) => load(pair, now)),
  };
}

/** Everything the kernel fixes at load time but the time. */
function isSame(a: Program, b: Program): boolean {
  return a.tag === b.tag && a.type === b.type && (a.name === b.name || renamed(a.name, b.name));
}

/** bpftool 6.7 and later take a long name from BTF where the kernel keeps 15 characters (libbpf/bpftool 61833a2). */
function renamed(a: string, b: string): boolean {
  return (a.length === 15 && b.startsWith(a)) || (b.length === 15 && a.startsWith(b));
}

function loadDelta(a: Program, b: Program): number {
  return a.loadedAt === null || b.loadedAt === null ? 0 : b.loadedAt - a.loadedAt;
}

/** By how much all load times moved: when the wall clock is set, bpftool's sums move with it. */
function clockShift(before: ReadonlyMap<number, Program>, programs: readonly Program[]): number {
  let shift: number | null = null;
  for (const program of programs) {
    const old = before.get(program.id);
    if (old === undefined || !isSame(old, program)) continue;
    const delta = loadDelta(old, program);
    if (shift === null || Math.abs(delta) < Math.abs(shift)) shift = delta;
  }
  return shift ?? 0;
}

function load(pair: Pair, program: Program): EventDraft {
  const dangers = (program.helpers ?? []).filter((helper) => dangerOf(helper) !== null);
  const owners = holders(pair, program);
  const does =
    dangers.length === 0 ? '' : `; it ${dangers.map((helper) => `${dangerOf(helper)} (${helper})`).join(', ')}`;
  return draft(pair, 'bpftool', {
    type: 'program-load',
    severity: loadSeverity(program, dangers),
    summary: `${label('program', program)} was loaded${byOwner(owners)}${does}`,
    object: objectOf(program),
    details: {
      actor: actorOf(pair.next, owners, program.uid),
      owners: ownersDetail(owners),
      uid: program.uid ?? undefined,
      loadedAt: program.loadedAt ?? undefined,
      mapIds: program.mapIds.length === 0 ? undefined : program.mapIds,
      pinned: program.pinned.length === 0 ? undefined : program.pinned,
      helpers: program.helpers ?? undefined,
      dangerousHelpers: dangers.length === 0 ? undefined : dangers,
    },
    evidence: [
      elementEvidence(pair, 'programs', program.raw),
      ...(dangers.length === 0
        ? []
        : [evidence(pair, 'helpers', `bpftool prog dump xlated id ${program.id}`, (program.helpers ?? []).join(' '))]),
    ],
  });
}

function loadSeverity(program: Program, dangers: readonly string[]): Severity {
  if (dangers.length > 0) return 'error';
  return program.uid !== null && program.uid !== 0 ? 'warning' : 'info';
}

/** Who went is not known: the last holders are not made the actor. */
function unload(pair: Pair, program: Program): EventDraft {
  return draft(pair, 'bpftool', {
    type: 'program-unload',
    severity: 'info',
    summary: `${label('program', program)} is gone`,
    object: objectOf(program),
    details: { owners: ownersDetail(program.owners), uid: program.uid ?? undefined },
    evidence: [elementEvidence(pair, 'programs', program.raw)],
  });
}

/** Those who hold the program, or else a link to it: a loader may keep either. */
function holders(pair: Pair, program: Program): readonly Owner[] {
  if (program.owners.length > 0) return program.owners;
  return (
    pair.next.attachments.find(({ programId, owners }) => programId === program.id && owners.length > 0)?.owners ?? []
  );
}

/**
 * One note on programs that came and went between two looks. Program ids count up through the whole range before one
 * is used again (idr_alloc_cyclic in bpf_prog_alloc_id, kernel/bpf/syscall.c), so each id above the highest known that
 * is not listed was a program's. It is a `warning`, but `info` when a loader's own probes explain it, or at the first
 * new id of a watch, below which programs may have come and gone long before. Where the range wraps around there is
 * nothing to tell.
 */
export function noteShortLived(pair: Pair): EventDraft[] {
  const before = pair.previous.programIds;
  const highest = pair.next.programIds?.highest;
  if (before === undefined || highest === undefined) return [];
  // No program was ever seen: the count would be of all programs since the boot.
  if (before.highest === 0) return [];
  const listed = pair.next.programs.filter(({ id }) => id > before.highest).length;
  const gone = highest - before.highest - listed;
  if (gone <= 0) return [];
  const programs = gone === 1 ? '1 program was' : `${gone} programs were`;
  const since = before.exact
    ? `since program ${before.highest} was the newest`
    : 'at some time before this look, perhaps before the watch began';
  const isExplained = gone <= listed * PROBES_PER_PROGRAM;
  const why = before.exact && isExplained ? "; a loader's own probes explain as many" : '';
  return [
    draft(pair, 'bpftool', {
      type: 'program-load',
      severity: before.exact && !isExplained ? 'warning' : 'info',
      summary: `${programs} loaded and gone again ${since}${why}`,
      object: { kind: 'program' },
      details: { shortLived: gone, previousHighestId: before.highest, highestId: highest, listedAmongThem: listed },
      evidence: [
        evidence(
          pair,
          'programs',
          'bpftool prog show',
          `highest id was ${before.highest}, is ${highest}; ${listed} listed`,
        ),
      ],
    }),
  ];
}

function objectOf(program: Program): JsonObject {
  return { kind: 'program', id: program.id, name: program.name, type: program.type, tag: program.tag };
}
