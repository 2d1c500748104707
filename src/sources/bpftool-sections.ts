import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** The listings that a snapshot can hold, by their name in {@link Snapshot}. */
export const LISTINGS = ['prog', 'map', 'link', 'net', 'perf', 'cgroup'] as const;

export type Listing = (typeof LISTINGS)[number];

/** Saved bpftool output, sorted by what its elements are. */
export interface SavedOutput {
  /** Elements by listing; a listing is there, empty, when a batch asked for it and nothing was there. */
  readonly listings: ReadonlyMap<Listing, readonly JsonObject[]>;
  /** From `bpftool -j version`. */
  readonly version: string | null;
  /** What bpftool can print and we have no use for, counted by what it is. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Errors that bpftool printed in the place of an answer. */
  readonly errors: readonly string[];
  /** Elements that bpftool does not print, as far as is known here. */
  readonly unknown: readonly Json[];
  /** Listings that a later one of the same file took the place of: nothing says when they were made. */
  readonly superseded: readonly Listing[];
  /** Programs of which the instructions were dumped. */
  readonly dumps: readonly ProgramDump[];
}

/** What `bpftool prog dump xlated` printed of one program. */
export interface ProgramDump {
  /** Null where the output does not say which program it was. */
  readonly programId: number | null;
  /** `(85) call bpf_ktime_get_ns#5`. */
  readonly instructions: readonly string[];
}

/**
 * Sorts the documents of a saved output. What an element is shows in its fields, so a file's name does not matter and
 * one file may hold several listings: appended outputs, single objects (`prog show id 5`), or a batch, whose answers
 * name their command (`{"command":["prog","show"],"output":[...]}`).
 */
export function sortOut(documents: readonly Json[]): SavedOutput {
  const sorter = new Sorter();
  for (const document of documents) sorter.document(document);
  return sorter;
}

class Sorter implements SavedOutput {
  readonly listings = new Map<Listing, JsonObject[]>();
  version: string | null = null;
  readonly ignored = new Map<string, number>();
  readonly errors: string[] = [];
  readonly unknown: Json[] = [];
  readonly superseded: Listing[] = [];
  readonly dumps: ProgramDump[] = [];
  /** Listings that an earlier document was; single objects add to each other, a whole listing replaces. */
  #whole = new Set<Listing>();
  #here = new Map<Listing, JsonObject[]>();

  document(document: Json): void {
    this.#here = new Map();
    this.#take(document);
    const whole = Array.isArray(document);
    for (const [listing, elements] of this.#here) {
      const known = this.listings.get(listing) ?? [];
      const replaces = whole && this.#whole.has(listing);
      if (replaces) this.superseded.push(listing);
      this.listings.set(listing, replaces ? elements : [...known, ...elements]);
      if (whole) this.#whole.add(listing);
    }
  }

  #take(value: Json, programId: number | null = null): void {
    let previous: Listing | null = null;
    const elements = Array.isArray(value) ? (value as readonly Json[]) : [value];
    for (const element of elements) previous = this.#element(element, previous);
    const instructions = elements.flatMap((element) =>
      isJsonObject(element) && typeof element.disasm === 'string' ? [element.disasm] : [],
    );
    if (instructions.length > 0) this.dumps.push({ programId, instructions });
  }

  /** Takes one element and gives its listing; `previous` is that of the element before it. */
  #element(element: Json, previous: Listing | null): Listing | null {
    const object = isJsonObject(element) ? element : null;
    const kind = object === null ? 'unknown' : kindOf(object);
    if (object === null || kind === 'unknown') this.unknown.push(element);
    else if (kind === 'batch') this.#answer(object);
    else if (kind === 'program dump') this.#dump(object);
    else if (kind === 'version') this.version = String(object.version);
    else if (kind === 'error') this.#error(object, previous);
    else if (isListing(kind)) {
      this.#add(kind, object);
      return kind;
    } else this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
    return previous;
  }

  #answer({ command, output }: JsonObject): void {
    const words = Array.isArray(command) ? (command as readonly Json[]) : [];
    const [what = '', verb = 'show', argument = '', ...more] = words.map((word) =>
      typeof word === 'string' ? word : '',
    );
    const lists = verb === 'show' || verb === 'list';
    if (what === 'cgroup' && lists && argument !== '') {
      // `cgroup show PATH` prints the programs alone, and nothing at all where there are none.
      this.#add(
        'cgroup',
        { cgroup: argument, programs: Array.isArray(output) ? output : [] },
        { error: onlyOf(argument) },
      );
      return;
    }
    if (isListing(what) && (lists || verb === 'tree') && Array.isArray(output)) this.#add(what);
    // `prog dump xlated id 5`
    const dumped = what === 'prog' && verb === 'dump' && more[0] === 'id' ? asProgramId(Number(more[1])) : null;
    if (output !== undefined && output !== null) this.#take(output, dumped);
  }

  /** One of several dumped programs: its listing's element, with `insns` in it. */
  #dump(object: JsonObject): void {
    const { insns = [], id = null } = object;
    this.ignored.set('program dump', (this.ignored.get('program dump') ?? 0) + 1);
    this.#take(insns, asProgramId(id));
  }

  /** An error after the elements of a listing says that the listing is not whole, so it stays with them. */
  #error(object: JsonObject, previous: Listing | null): void {
    if (previous === null) this.errors.push(String(object.error));
    else this.#add(previous, object);
  }

  #add(listing: Listing, ...elements: readonly JsonObject[]): void {
    const known = this.#here.get(listing);
    if (known === undefined) this.#here.set(listing, [...elements]);
    else for (const element of elements) known.push(element);
  }
}

/**
 * What bpftool prints, by fields that only that has (bpftool's prog.c, map.c, link.c, net.c, perf.c, cgroup.c, btf.c;
 * versions 5 to 7.7). The order matters: links have fewest fields of their own.
 */
const KINDS: readonly (readonly [kind: string, has: (object: JsonObject) => boolean])[] = [
  ['batch', (o) => Array.isArray(o.command)],
  // bpftool 7.1 ends a good batch so when errno was left set by a listing that went on (do_batch in main.c).
  ['end of a batch', (o) => typeof o.error === 'string' && o.error.startsWith('reading batch file failed')],
  ['error', (o) => typeof o.error === 'string' && o.id === undefined],
  ['version', (o) => typeof o.version === 'string' && 'libbpf_version' in o],
  ['cgroup', (o) => typeof o.cgroup === 'string' && Array.isArray(o.programs)],
  [
    'net',
    (o) => Array.isArray(o.xdp) || Array.isArray(o.tc) || Array.isArray(o.flow_dissector) || Array.isArray(o.netfilter),
  ],
  ['perf', (o) => 'fd' in o && 'pid' in o && 'fd_type' in o],
  [
    'map dump entry',
    (o) => 'key' in o && ['value', 'values', 'inner_map_id', 'formatted', 'next_key'].some((k) => k in o),
  ],
  ['program dump', (o) => Array.isArray(o.insns)],
  ['map', (o) => 'bytes_key' in o || 'bytes_value' in o || 'max_entries' in o],
  ['prog', (o) => 'bytes_xlated' in o || 'gpl_compatible' in o || 'loaded_at' in o || (hasType(o) && 'tag' in o)],
  ['program dump line', (o) => 'disasm' in o],
  ['feature probe', (o) => 'system_config' in o || 'syscall_config' in o || 'program_types' in o],
  ['struct_ops entry', (o) => 'kernel_struct_ops' in o || 'bpf_map_info' in o],
  ['btf dump', (o) => Array.isArray(o.types)],
  ['test run', (o) => 'retval' in o && 'duration' in o],
  ['token entry', (o) => 'token_info' in o],
  ['btf entry', (o) => 'size' in o && 'id' in o && !('type' in o)],
  ['cgroup show entry (it does not say of which cgroup)', (o) => 'attach_type' in o && 'id' in o && !('type' in o)],
  ['link', (o) => hasType(o) && ('prog_id' in o || 'map_id' in o)],
];

function kindOf(object: JsonObject): string {
  return KINDS.find(([, has]) => has(object))?.[0] ?? 'unknown';
}

/** Stands beside what one cgroup has: the listing is not whole. */
function onlyOf(cgroup: string): string {
  return `only ${cgroup} was asked for, not all cgroups`;
}

function asProgramId(id: Json): number | null {
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** bpftool prints the number of a type that it does not know. */
function hasType(object: JsonObject): boolean {
  return typeof object.type === 'string' || typeof object.type === 'number';
}

function isListing(kind: string): kind is Listing {
  return (LISTINGS as readonly string[]).includes(kind);
}
