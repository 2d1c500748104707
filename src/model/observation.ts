import type { AuditEvent, Position } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Snapshot } from './snapshot.ts';

/** One line of an audit log that belongs to a group. */
export interface AuditRecordLine {
  /** Record type as written: `BPF`, `SYSCALL`, `1334`, `UNKNOWN[1334]`. */
  readonly type: string;
  /** The whole line without its newline. */
  readonly text: string;
  readonly line: number;
  readonly offset: number;
  /** The file, where it is not the group's `origin`: the records of one event may lie in two rotated files. */
  readonly file?: string;
  /** What was read, where that was not an audit record as auditd writes it and `text` is the record made of it. */
  readonly raw?: string;
}

/** The records that share node, time and serial: one audit event. */
export interface AuditRecordGroup {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Null where what was read does not say it (journald's text). */
  readonly serial: number | null;
  /** From `node=` or, in a journal or a syslog file, the host that the line names; or null. */
  readonly node: string | null;
  /** The file the lines were read from. */
  readonly origin: string;
  readonly records: readonly AuditRecordLine[];
}

/** What was not understood: counted, and listed with file, line and reason. */
export interface Unreadable {
  readonly at: Position;
  readonly reason: string;
  /** The start of the offending text, raw, at most 200 characters. */
  readonly text: string;
}

/** One thing that another program saw and wrote down as JSON: Tetragon, Tracee, Falco, Kunai, Inspektor Gadget. */
export interface AgentRecord {
  /** Which program: `tetragon`, `tracee`, `falco`, `kunai`, `ig`. */
  readonly agent: string;
  /** What it calls this kind of thing: `process_kprobe security_bpf_prog_load`, `bpf_attach`. */
  readonly name: string;
  readonly value: JsonObject;
  readonly at: Position;
  /** The JSON as read, raw, at most 4,096 characters. */
  readonly text: string;
}

/** Something that is missing in what was recorded, or that makes its order doubtful. */
export interface Gap {
  /**
   * `serials`: numbers of audit events that are not there; `lost`: records that the kernel says it lost; `suppressed`:
   * lines that it says it did not print; `clock`: a jump of the clock; `boot`: serials begin again.
   */
  readonly kind: 'serials' | 'lost' | 'suppressed' | 'clock' | 'boot';
  /** Where it was noticed. */
  readonly at: Position;
  /** Event time where it was noticed, ms. */
  readonly time: number;
  /** Events, records or lines missing, or ms that the clock jumped (negative: back); null where nobody knows. */
  readonly count: number | null;
  /** `serials 12 to 23 are missing`. */
  readonly message: string;
}

/** What a source can see. `via` names the capture line that carried it when it is replayed. */
export type Observation =
  | { readonly kind: 'snapshot'; readonly time: number; readonly snapshot: Snapshot; readonly via?: Position }
  | { readonly kind: 'audit'; readonly time: number; readonly group: AuditRecordGroup; readonly via?: Position }
  | { readonly kind: 'event'; readonly time: number; readonly event: AuditEvent; readonly via?: Position }
  | { readonly kind: 'agent'; readonly time: number; readonly record: AgentRecord; readonly via?: Position }
  /**
   * Audit records that cannot become events, let go as they were read, by type. `time` is that of the newest of them:
   * the data's clock goes on.
   */
  | {
      readonly kind: 'skipped';
      readonly time: number;
      readonly records: { readonly [type: string]: number };
      readonly via?: Position;
    }
  /** Records are missing; `host` is null where the log does not say. */
  | {
      readonly kind: 'gap';
      readonly time: number;
      readonly host: string | null;
      readonly gap: Gap;
      readonly via?: Position;
    }
  | { readonly kind: 'unreadable'; readonly time: number | null; readonly unreadable: Unreadable };

/** How far a source has read; totals are null where they are not known (a live host, a pipe). */
export interface Progress {
  readonly name: string;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly lines: number;
  /** Records read, by their kind or type, whether or not they mean something to us. */
  readonly records: { readonly [type: string]: number };
}

/**
 * Where observations come from. Live and replayed sources are the same type. Batches are in reading order; a batch
 * may be empty. The iteration ends at the end of the input or when `signal` is aborted. A source throws only when it
 * cannot be read at all (`SourceError`); a part that is not understood is an `unreadable` observation.
 */
export interface Source {
  readonly name: string;
  observations(signal: AbortSignal): AsyncIterable<readonly Observation[]>;
  progress(): Progress;
}

/** The format of the one input that is no file: the host that is looked at. */
export const LIVE_FORMAT = 'this host, live';

/** What one file or pipe turned out to be, and what is in it. */
export interface InputFacts {
  /** The path as given, `-`, or `archive.tar!path/inside`. */
  readonly name: string;
  /** For people: `audit log, enriched`, `kernel log`, `Tetragon JSON`, `bpfwitness capture`. */
  readonly format: string;
  /** Bytes as stored that were read, and lines. */
  readonly bytes: number;
  readonly lines: number;
  /** Records by type or kind, whether or not they mean something to us. */
  readonly records: { readonly [type: string]: number };
  /** Hosts that its records name, in order of appearance; empty where none do. */
  readonly hosts: readonly string[];
  /** Times of its first and last record, ms; null where there is none. */
  readonly timeRange: { readonly first: number; readonly last: number } | null;
  /** At most 1,000. */
  readonly gaps: readonly Gap[];
  /** Of a capture that has a hash chain: what its last seal says, which is not verified by reading it. */
  readonly chain?: ChainHead;
  /** SHA-256 of the bytes as given, in hexadecimal, where it was asked for. */
  readonly sha256?: string;
  /** Why it has no `sha256`, where it was asked for and the file changed while it was read. */
  readonly notHashed?: string;
}

/** The head of a hash chain (docs/formats.md), in the words of OCSF's record_integrity for an export of it. */
export interface ChainHead {
  readonly algorithm: 'SHA-256';
  /** Groups that the chain has, by its last seal. */
  readonly groups: number;
  readonly head: string;
  /** Whether the writer ended it. */
  readonly isClosed: boolean;
  readonly isSigned: boolean;
}

/** A source of files: it also tells what each of them is. Read it to the end before asking. */
export interface InputSource extends Source {
  facts(): readonly InputFacts[];
}

/** A source that cannot be used: `tool` when something is missing on the host, `input` when a file is unreadable. */
export class SourceError extends Error {
  readonly kind: 'tool' | 'input';
  constructor(kind: 'tool' | 'input', message: string) {
    super(message);
    this.name = 'SourceError';
    this.kind = kind;
  }
}
