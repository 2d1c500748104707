import type { Attachment, Inventory } from '../model/inventory.ts';
import { SECTIONS, type Section, type Snapshot } from '../model/snapshot.ts';
import { mergeAttachments } from './merge-attachments.ts';

/** Sections that say of another one that it is whole. They are as new as that one is. */
const WHOLE: { readonly [section in Section]?: Section } = {
  'all-processes': 'processes',
  'all-packet-sockets': 'packet-sockets',
  'all-mounts': 'mounts',
};

/**
 * The newer inventory, with every section that it did not cover taken over from the older one of the same host and
 * boot. A snapshot may cover little (a saved `bpftool prog show`), and what it does not speak of has not gone away.
 */
export function carryForward(previous: Inventory, next: Inventory): Inventory {
  const fresh = new Set(next.covers);
  if (previous.covers.every((section) => fresh.has(section))) return next;
  const from = (section: Section): Inventory => (fresh.has(section) ? next : previous);
  const isKnown = (section: Section) => from(WHOLE[section] ?? section).covers.includes(section);
  const { programIds } = from('programs');
  // A net or perf listing repeats what links attached, and the links may be known from an earlier look than it is.
  // A listing that broke off is not fresh, and may say again what is known.
  const told = new Set(next.attachments.map(({ key }) => key));
  const before = previous.attachments.filter(({ section, key }) => !fresh.has(section) && !told.has(key));
  const all = [...before, ...next.attachments];
  const isLink = ({ section }: Attachment) => section === 'links';
  return {
    time: next.time,
    host: next.host,
    boot: next.boot ?? previous.boot,
    covers: SECTIONS.filter(isKnown),
    fresh: next.fresh,
    programs: fresh.has('programs') ? withHelpers(previous, next) : previous.programs,
    maps: from('maps').maps,
    attachments: mergeAttachments(
      all.filter(isLink),
      all.filter((attachment) => !isLink(attachment)),
    ),
    processes: from('processes').processes,
    capabilities: from('processes').capabilities,
    settings: from('settings').settings,
    audit: from('audit').audit,
    auditRules: from('audit-rules').auditRules,
    mounts: from('mounts').mounts,
    mountsElsewhere: from('mounts').mountsElsewhere,
    persisted: from('sysctl-files').persisted,
    packetSockets: from('packet-sockets').packetSockets,
    kernelHooks: [
      ...from('function-hooks').kernelHooks.filter(({ view }) => view === 'enabled_functions'),
      ...from('probe-events').kernelHooks.filter(({ view }) => view !== 'enabled_functions'),
    ],
    unlisted: next.unlisted,
    unlistedSymbols: next.unlistedSymbols,
    unkept: next.unkept,
    ...(programIds === undefined ? {} : { programIds }),
  };
}

/** A program's helpers never change, so what was once read holds for as long as the id and tag are the same. */
function withHelpers(previous: Inventory, next: Inventory): Inventory['programs'] {
  if (next.covers.includes('helpers') || !previous.covers.includes('helpers')) return next.programs;
  const known = new Map(previous.programs.map((program) => [program.id, program]));
  return next.programs.map((program) => {
    const before = known.get(program.id);
    return before?.tag === program.tag ? { ...program, helpers: before.helpers } : program;
  });
}

/**
 * The inventory without the sections that hold two objects with one id, and without that of a cgroup tree that broke off:
 * it is not walked at each look, so what was known of it before may be older than what cgroups keep now.
 */
export function withoutBroken(inventory: Inventory, { cgroup }: Snapshot, doubted: readonly Section[]): Inventory {
  const isBroken = cgroup?.some(({ error, id }) => typeof error === 'string' && id === undefined) === true;
  const broken: readonly Section[] = isBroken ? ['cgroups', ...doubted] : doubted;
  if (broken.length === 0) return inventory;
  return { ...inventory, covers: inventory.covers.filter((section) => !broken.includes(section)) };
}
