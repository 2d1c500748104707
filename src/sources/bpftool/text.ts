import type { Json, JsonObject } from '../../model/json.ts';
import { append } from '../../text/lists.ts';
import type { Listing } from '../bpftool-sections.ts';
import { linkHead, linkLine, perfLine } from './text-links.ts';
import { CGROUP_COLUMNS, CGROUP_TREE, cgroupLine, type NetPart, netHead, netLine } from './text-net.ts';
import { mapHead, mapLine, programHead, programLine } from './text-objects.ts';

/** What bpftool printed without `-j`, as it would have printed it with. */
export interface BpftoolText {
  readonly listings: ReadonlyMap<Listing, readonly JsonObject[]>;
  /** What bpftool can print and we have no use for, counted by what it is. */
  readonly ignored: ReadonlyMap<string, number>;
  /** The instructions of a dumped program, `(85) call bpf_ktime_get_ns#5`; empty where none was dumped. */
  readonly instructions: readonly string[];
  /** Lines that bpftool does not print, as far as is known here. */
  readonly unknown: readonly { readonly line: number; readonly text: string }[];
}

/** Lines that only bpftool prints. */
const SIGNS: readonly RegExp[] = [CGROUP_TREE, CGROUP_COLUMNS, /^(?:xdp|flow_dissector):\s*$/];

/** Other output of bpftool, line by line. */
const OTHERS: readonly (readonly [kind: string, line: RegExp])[] = [
  ['map dump entry', /^key: ?(?:[0-9a-f]{2} ?)*(?: *value: ?(?:[0-9a-f]{2} ?)*)?$|^Found \d+ elements?$/],
  ['btf entry', /^\d+: name \S+ {2}size \d+B/],
  ['struct_ops entry', /^\d+: \S+ {2,}\S*_ops\s*$/],
  ['program dump line', /^(?:\S.*\):|; .*|\s+; .*|bpf_prog_[0-9a-f]{16}\S*:)$/],
];

const INSTRUCTION = /^\s*\d+: (\([0-9a-f]{2}\) .*)$/;

/** Characters of a line that are looked at: the longest that bpftool prints names a few thousand holders. */
const MAX_LINE = 64 * 1024;

/** Lines looked at to tell whether a text is bpftool's. */
const LINES_TO_TELL = 40;

/** True for the start of what `bpftool prog list` and its like print without `-j`. */
export function looksLikeBpftoolText(head: string): boolean {
  return head
    .split('\n', LINES_TO_TELL)
    .some(
      (line) =>
        SIGNS.some((sign) => sign.test(line)) ||
        INSTRUCTION.test(line) ||
        [programHead, mapHead, linkHead, perfLine].some((read) => read(line) !== null),
    );
}

/** Reads text output of bpftool: one listing or several, and dumps. Never throws. */
export function parseBpftoolText(text: string): BpftoolText {
  const reader = new TextReader();
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.trim() === '') continue;
    const known = line.length <= MAX_LINE && reader.line(line.replace(/\r$/, ''));
    if (!known) reader.unknown.push({ line: number, text: line });
  }
  return reader;
}

class TextReader implements BpftoolText {
  readonly listings = new Map<Listing, Draft[]>();
  readonly ignored = new Map<string, number>();
  readonly instructions: string[] = [];
  readonly unknown: { line: number; text: string }[] = [];
  /** What the lines that follow belong to. */
  #within: ((line: string) => boolean) | null = null;

  /** Takes a line; false when it is not known. */
  line(line: string): boolean {
    return this.#heading(line) || this.#within?.(line) === true || this.#element(line) || this.#other(line);
  }

  #heading(line: string): boolean {
    const part = netHead(line);
    if (part !== null) this.#net(part);
    else if (CGROUP_TREE.test(line)) this.#cgroups();
    else if (!CGROUP_COLUMNS.test(line)) return false;
    else if (!this.listings.has('cgroup'))
      this.#within = (row) => cgroupLine(row) !== null && this.#ignore(CGROUP_SHOW);
    return true;
  }

  /** A line at the margin that begins an object of a list. */
  #element(line: string): boolean {
    const program = programHead(line);
    if (program !== null) return this.#begin('prog', program, programLine);
    const map = mapHead(line);
    if (map !== null) return this.#begin('map', map, mapLine);
    const link = linkHead(line);
    if (link !== null) return this.#begin('link', link, linkLine);
    const perf = perfLine(line);
    return perf !== null && this.#begin('perf', perf, () => null);
  }

  #begin(listing: Listing, head: JsonObject, more: (line: string) => JsonObject | null): boolean {
    const draft: Draft = { ...head };
    this.#listing(listing).push(draft);
    this.#within = (line) => {
      if (!/^\s/.test(line)) return false;
      const members = metadata(line) ?? more(line);
      if (members !== null) add(draft, members);
      return members !== null;
    };
    return true;
  }

  #net(part: NetPart): void {
    const elements = this.#listing('net');
    let last = elements.at(-1);
    // A part that comes again begins the answer for another namespace.
    if (last === undefined || part in last) {
      last = {};
      elements.push(last);
    }
    const draft = last;
    draft[part] = [];
    this.#within = (line) => {
      const member = netLine(part, line);
      if (member !== null) add(draft, { [part]: [member] });
      return member !== null;
    };
  }

  #cgroups(): void {
    const elements = this.#listing('cgroup');
    this.#within = (line) => {
      if (line.startsWith('/')) {
        elements.push({ cgroup: line.trimEnd(), programs: [] });
        return true;
      }
      const program = cgroupLine(line);
      const last = elements.at(-1);
      if (program === null || last === undefined) return false;
      add(last, { programs: [program] });
      return true;
    };
  }

  #other(line: string): boolean {
    const instruction = INSTRUCTION.exec(line)?.[1];
    if (instruction !== undefined) {
      this.instructions.push(instruction);
      return this.#ignore('program dump line');
    }
    const kind = OTHERS.find(([, pattern]) => pattern.test(line))?.[0];
    return kind !== undefined && this.#ignore(kind);
  }

  #ignore(kind: string): true {
    this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
    return true;
  }

  #listing(listing: Listing): Draft[] {
    const known = this.listings.get(listing) ?? [];
    this.listings.set(listing, known);
    return known;
  }
}

const CGROUP_SHOW = 'cgroup show entry (it does not say of which cgroup)';

/** `metadata:` and `name = "value"` below a program (show_prog_metadata in prog.c). */
function metadata(line: string): JsonObject | null {
  if (/^\s+metadata:\s*$/.test(line)) return {};
  const found = /^\t\t(\w+) = (.+)$/.exec(line);
  return found === null ? null : { metadata: { [found[1] ?? '']: found[2] ?? '' } };
}

/** An element that lines are still added to. */
interface Draft {
  [key: string]: Json;
}

/** Adds members to an element; lists of the same name grow. */
function add(draft: Draft, members: JsonObject): void {
  for (const [key, value] of Object.entries(members)) {
    const before = draft[key];
    if (Array.isArray(before) && Array.isArray(value)) append(before as Json[], value as readonly Json[]);
    else draft[key] = value;
  }
}
