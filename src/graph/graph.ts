import type { Attachment, BpfMap, Inventory, Program } from '../model/inventory.ts';
import type { Process, Section } from '../model/snapshot.ts';

/** In this order they are listed. */
export const NODE_KINDS = ['program', 'map', 'link', 'attachment', 'process', 'hook', 'pin'] as const;

/** `link` is an attachment that is an object with an id of its own, `attachment` one that was made without a link. */
export type NodeKind = (typeof NODE_KINDS)[number];

/**
 * Whether a listing has the object. `unlisted` is one that something refers to and that its listing, which was looked
 * at, does not have; `not-looked-at` is the same where there was no such listing, or not all of it.
 */
export type Listing = 'listed' | 'unlisted' | 'not-looked-at';

/**
 * - `holds`: a process has a file descriptor of a program, a map, a link, or a perf event with a program;
 * - `uses`: a program uses a map;
 * - `by-link`, `by-attachment`: a program is attached by that;
 * - `attached-to`: a link or attachment is at that hook, map (struct_ops, sockmap) or program (freplace);
 * - `pinned-at`: a program, map or link is pinned at that path.
 */
export type EdgeKind = 'holds' | 'uses' | 'by-link' | 'by-attachment' | 'attached-to' | 'pinned-at';

/** What the inventory says of an object, without what became edges. Strings are raw. */
export type Facts = { readonly [name: string]: unknown };

export interface GraphNode {
  /** `program:12`, `map:3`, `link:7`, `attachment:xdp:lo:12`, `process:42`, `hook:netdev:lo`, `pin:/sys/fs/bpf/x`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** For people, raw: `program 12 watch (xdp)`. */
  readonly label: string;
  readonly listing: Listing;
  readonly facts: Facts;
}

export interface GraphEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

/** What a node stands for, as the inventory has it. */
export type GraphObject = Program | BpfMap | Attachment | Process;

/** What a graph is made of. */
export type GraphSource = Pick<
  Inventory,
  'host' | 'boot' | 'time' | 'covers' | 'programs' | 'maps' | 'attachments' | 'processes'
>;

/** A host's BPF as a graph. Every edge is between two of its nodes; node ids are unique, edges too. */
export interface Graph {
  readonly host: string;
  readonly boot: string | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly covers: readonly Section[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** By node id; hooks, pins and what is not listed have none. */
  readonly objects: ReadonlyMap<string, GraphObject>;
}

/** Listings without which there is no graph. */
const LISTINGS: readonly Section[] = ['programs', 'maps', 'links', 'net', 'perf', 'cgroups'];

/** False where an inventory knows nothing of BPF objects, as that of settings alone. */
export function tellsOfObjects(inventory: Inventory): boolean {
  return inventory.covers.some((section) => LISTINGS.includes(section));
}
