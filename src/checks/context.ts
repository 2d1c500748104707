import type { BpfMap, CapabilityHolder, Inventory, Program } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AuditStatus, Section } from '../model/snapshot.ts';
import { MAX_DEPTH, nestsWithin } from '../text/json-depth.ts';

/** A context that is not one: where in it, and what should be there. */
export class ContextError extends Error {
  /** `maps[2].max-entries`; empty for the whole. */
  readonly path: string;
  readonly reason: string;
  constructor(path: string, reason: string) {
    super(`${path === '' ? 'context' : path}: ${reason}`);
    this.name = 'ContextError';
    this.path = path;
    this.reason = reason;
  }
}

/** One value of a context and where it stands. */
interface Part {
  readonly path: string;
  readonly value: Json;
}

/**
 * Reads the context of lab 17.3 (`run-all-checks`) from JSON: `programs` (`name`, `uid`, `helpers`), `maps` (`name`,
 * `type`, `max-entries`, `frozen`), `capabilities`, `audit-enabled`. Keys may be written `max-entries`, `max_entries`
 * or `maxEntries`, and keywords with their colon. A part that is absent or null is not covered; an empty one is.
 * Programs and maps without an `id` are numbered from 1. Time is 0 and the host has no name: a context has neither.
 * Throws a ContextError for a value of the wrong type.
 */
export function parseLabContext(json: Json): { inventory: Inventory } {
  if (!nestsWithin(json, MAX_DEPTH))
    throw new ContextError('', `it is nested too deeply: more than ${MAX_DEPTH} levels`);
  const context = object({ path: '', value: json });
  const programs = list(member(context, 'programs'));
  const maps = list(member(context, 'maps'));
  const capabilities = list(member(context, 'capabilities'));
  const audit = boolean(member(context, 'audit-enabled'));
  const covers: Section[] = [
    ...(programs === null ? [] : (['programs', 'helpers'] as const)),
    ...(maps === null ? [] : (['maps'] as const)),
    ...(capabilities === null ? [] : (['processes', 'all-processes'] as const)),
    ...(audit === null ? [] : (['audit'] as const)),
  ];
  if (covers.length === 0) {
    throw new ContextError('', 'it has none of programs, maps, capabilities and audit-enabled');
  }
  return {
    inventory: {
      time: 0,
      host: '',
      boot: null,
      covers,
      fresh: covers,
      programs: (programs ?? []).map(programOf),
      maps: (maps ?? []).map(mapOf),
      attachments: [],
      processes: [],
      capabilities: capabilities === null ? [] : [holderOf(capabilities)],
      settings: {},
      audit: audit === null ? null : statusOf(audit),
      auditRules: [],
      mounts: [],
      mountsElsewhere: [],
      persisted: [],
      packetSockets: [],
      kernelHooks: [],
      unlisted: [],
      unlistedSymbols: null,
      unkept: [],
    },
  };
}

function programOf(part: Part, index: number): Program {
  const program = object(part);
  const helpers = list(member(program, 'helpers'));
  return {
    id: integer(member(program, 'id')) ?? index + 1,
    type: keyword(member(program, 'type')) ?? '',
    name: keyword(member(program, 'name')) ?? '',
    tag: '',
    uid: integer(member(program, 'uid')),
    loadedAt: null,
    bytesXlated: null,
    bytesMemlock: null,
    mapIds: [],
    pinned: [],
    helpers: helpers?.map((helper) => required(helper).replace(/^bpf_/, '')) ?? null,
    owners: [],
    raw: program.value,
  };
}

function mapOf(part: Part, index: number): BpfMap {
  const map = object(part);
  return {
    id: integer(member(map, 'id')) ?? index + 1,
    type: keyword(member(map, 'type')) ?? '',
    name: keyword(member(map, 'name')) ?? '',
    flags: null,
    keySize: null,
    valueSize: null,
    maxEntries: integer(member(map, 'max-entries')),
    bytesMemlock: null,
    frozen: boolean(member(map, 'frozen')),
    pinned: [],
    owners: [],
    contents: null,
    raw: map.value,
  };
}

function holderOf(capabilities: readonly Part[]): CapabilityHolder {
  return { pid: null, comm: '', capabilities: capabilities.map((name) => required(name).toLowerCase()) };
}

function statusOf(enabled: boolean): AuditStatus {
  return { enabled: enabled ? 1 : 0, lost: null, backlog: null };
}

/** The member with a kebab-case key, however that is spelled; null when it is absent. */
function member(parent: { readonly path: string; readonly value: JsonObject }, key: string): Part {
  const found = Object.keys(parent.value).find((spelling) => kebabCase(spelling) === key);
  const name = found ?? key;
  return {
    path: parent.path === '' ? name : `${parent.path}.${name}`,
    value: found === undefined ? null : (parent.value[found] ?? null),
  };
}

/** `:max-entries`, `maxEntries` and `max_entries` as `max-entries`. */
function kebabCase(key: string): string {
  return key
    .replace(/^:/, '')
    .replace(/_/g, '-')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function object({ path, value }: Part): { readonly path: string; readonly value: JsonObject } {
  if (value === null || typeof value !== 'object' || isList(value)) throw wrong(path, 'an object', value);
  return { path, value };
}

function list({ path, value }: Part): readonly Part[] | null {
  if (value === null) return null;
  if (!isList(value)) throw wrong(path, 'a list', value);
  return value.map((element, index) => ({ path: `${path}[${index}]`, value: element }));
}

function boolean({ path, value }: Part): boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  throw wrong(path, 'true or false', value);
}

function integer({ path, value }: Part): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(path, typeof value === 'number' ? 'a whole number from 0' : 'a number', value);
}

/** Text, without the colon that a Clojure keyword begins with. */
function keyword({ path, value }: Part): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value.replace(/^:/, '');
  throw wrong(path, 'text', value);
}

function required(part: Part): string {
  const text = keyword(part);
  if (text === null) throw wrong(part.path, 'text', null);
  return text;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value is shown up to this length: it may be of any size. */
const SHOWN = 40;

function wrong(path: string, expected: string, value: Json): ContextError {
  const text = JSON.stringify(value);
  return new ContextError(path, `${expected}, not ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`);
}
