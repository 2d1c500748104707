import type { Attachment, BpfMap, Program } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Process } from '../model/snapshot.ts';
import type { Facts } from './graph.ts';

/** Kinds of hooks by the types of attachments. Any other type is a kind of its own. */
const HOOK_KINDS: { readonly [type: string]: string } = {
  xdp: 'netdev',
  tc: 'netdev',
  tcx: 'netdev',
  netkit: 'netdev',
  raw_tracepoint: 'tracepoint',
  kprobe: 'function',
  kretprobe: 'function',
  kprobe_multi: 'function',
  tracing: 'function',
  modify_return: 'function',
  uprobe: 'user-function',
  uretprobe: 'user-function',
  uprobe_multi: 'user-function',
  lsm: 'lsm-hook',
  flow_dissector: 'netns',
  iter: 'iterator',
};

/** Attachments to a map: the map is the hook. */
const MAP_HOOKS: ReadonlySet<string> = new Set(['struct_ops', 'sockmap']);

// What is taken out here is an edge or is kept with the object: whatever else the model has is a fact.

export function programFacts({ raw, mapIds, pinned, owners, ...facts }: Program): Facts {
  return facts;
}

export function mapFacts({ raw, pinned, owners, ...facts }: BpfMap): Facts {
  const { kernel_struct_ops: kernelStruct } = raw;
  return typeof kernelStruct === 'string' ? { ...facts, kernelStruct } : facts;
}

export function attachmentFacts({ raw, programId, owners, ...facts }: Attachment): Facts {
  return facts;
}

export function processFacts({ programIds, mapIds, linkIds, ...facts }: Process): Facts {
  return facts;
}

/** `program 12 watch (xdp)`, `map 3 (hash)`. */
export function objectLabel(kind: string, object: { id: number; name?: string; type?: string }): string {
  const { id, name = '', type = '' } = object;
  return [kind, String(id), name, type === '' ? '' : `(${type})`].filter((part) => part !== '').join(' ');
}

/** `xdp on lo`, `link 4 xdp on lo`, or the type alone where nothing tells the place. */
export function attachmentLabel({ linkId, type, target }: Attachment): string {
  const place = placeText(type || 'attachment', target);
  return linkId === null ? place : `link ${linkId} ${place}`;
}

/** `xdp on lo`, or the type alone. */
export function placeText(type: string, target: string): string {
  return target === '' ? type : `${type} on ${target}`;
}

/** `sh (pid 12)`. */
export function processLabel(pid: number, comm: string): string {
  return comm === '' ? `pid ${pid}` : `${comm} (pid ${pid})`;
}

/** The hook of an attachment; null where nothing tells it, or where it is a map. */
export function hookOf(attachment: Attachment): { readonly kind: string; readonly target: string } | null {
  const { type, target } = attachment;
  if (target === '' || (MAP_HOOKS.has(type) && mapOf(attachment) !== null)) return null;
  return { kind: Object.hasOwn(HOOK_KINDS, type) ? (HOOK_KINDS[type] ?? type) : type, target };
}

/** The map that something is attached to: of struct_ops and sockmap links, and of iterators over a map's entries. */
export function mapOf({ raw }: Attachment): number | null {
  return asId(raw.map_id);
}

/**
 * The program whose function an `ext` program replaces. Of other programs `target_obj_id` may as well be that of a BTF
 * object (bpf_trampoline_unpack_key in include/linux/bpf.h).
 */
export function replacedProgram({ raw }: Attachment, programType: string | undefined): number | null {
  return programType === 'ext' ? asId(raw.target_obj_id) : null;
}

/** Paths that a link is pinned at, which bpftool prints beside it. */
export function pinsOfAttachment({ raw }: Attachment): readonly string[] {
  const { pinned } = raw;
  return Array.isArray(pinned) ? pinned.filter((path): path is string => typeof path === 'string') : [];
}

function asId(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
