import type { EventDraft, EventType, Evidence } from '../model/event.ts';
import type { Inventory, Owner } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import type { Section, Snapshot } from '../model/snapshot.ts';

/** Two inventories of one boot of one host, and where the sections of the second one came from. */
export interface Pair {
  readonly previous: Inventory;
  readonly next: Inventory;
  readonly origins: NonNullable<Snapshot['origins']>;
}

/** The command that shows a section on a live host. */
const COMMANDS: { readonly [section in Section]?: string } = {
  programs: 'bpftool prog show',
  maps: 'bpftool map show',
  links: 'bpftool link show',
  net: 'bpftool net show',
  'net-namespaces': 'bpftool net show in another network namespace',
  perf: 'bpftool perf show',
  cgroups: 'bpftool cgroup tree',
  audit: 'auditctl -s',
};

interface Draft {
  readonly type: EventType;
  readonly severity: Severity;
  readonly summary: string;
  readonly object: JsonObject;
  readonly evidence: readonly Evidence[];
  /** More details; undefined values are left out. */
  readonly details?: { readonly [key: string]: Json | undefined };
}

/** An event at the time of the second snapshot. Its source is `bpftool`, or `proc` for what the files said. */
export function draft(pair: Pair, source: 'bpftool' | 'proc', fields: Draft): EventDraft {
  const known = Object.entries(fields.details ?? {}).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return {
    time: pair.next.time,
    type: fields.type,
    severity: fields.severity,
    source,
    host: pair.next.host,
    details: { summary: fields.summary, object: fields.object, ...Object.fromEntries(known) },
    evidence: fields.evidence,
  };
}

/** The element that bpftool printed, as evidence: from the command, or from the file that kept its output. */
export function elementEvidence(pair: Pair, section: Section, raw: JsonObject): Evidence {
  return evidence(pair, section, COMMANDS[section] ?? section, JSON.stringify(raw));
}

/** Text from a command or a file of the live host, or from the file that a replayed section was read from. */
export function evidence(pair: Pair, section: Section, live: string, text: string): Evidence {
  return { origin: pair.origins[section] ?? live, text };
}

/** True when both snapshots looked at a section: otherwise its objects cannot be compared. */
export function bothCover(pair: Pair, section: Section): boolean {
  return pair.previous.covers.includes(section) && pair.next.covers.includes(section);
}

/** The first of the holders with what /proc said about it; `uid` stands in where the process is not known. */
export function actorOf(inventory: Inventory, owners: readonly Owner[], uid: number | null): JsonObject | undefined {
  const owner = owners[0];
  if (owner === undefined) return uid === null ? undefined : { uid };
  const process = inventory.processes.find(({ pid }) => pid === owner.pid);
  const user = process?.uid ?? uid;
  return {
    pid: owner.pid,
    ...(owner.comm === '' ? {} : { comm: owner.comm }),
    ...(process?.exe ? { exe: process.exe } : {}),
    ...(user === null ? {} : { uid: user }),
  };
}

/** ` by sh (pid 12)`, or nothing. */
export function byOwner(owners: readonly Owner[]): string {
  const owner = owners[0];
  if (owner === undefined) return '';
  return owner.comm === '' ? ` by pid ${owner.pid}` : ` by ${owner.comm} (pid ${owner.pid})`;
}

/** Holders as details carry them; undefined when there are none. */
export function ownersDetail(owners: readonly Owner[]): Json | undefined {
  return owners.length === 0 ? undefined : owners.map(({ pid, comm }) => ({ pid, comm }));
}

/** `program 12 watch (xdp)`, `map 3 (hash)`. */
export function label(kind: string, object: { readonly id: number; readonly name: string; readonly type: string }) {
  return [kind, String(object.id), object.name, object.type === '' ? '' : `(${object.type})`]
    .filter((part) => part !== '')
    .join(' ');
}
