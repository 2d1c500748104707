import type { InputFacts, InputSource, Observation, Unreadable } from '../../model/observation.ts';
import type { AuditStatus, Problem, Snapshot } from '../../model/snapshot.ts';
import { settingValue } from '../../normalise/kernel-settings.ts';
import { append, highest } from '../../text/lists.ts';
import type { ByteInput } from '../bytes.ts';
import { parseAuditRules, parseAuditStatus } from '../proc/audit-status.ts';
import { countLines, readSavedFile, readText, type SavedFile } from '../saved-file.ts';
import { hostIn, settingsIn, timeOfDate, timeOfLog, unameFields } from './facts.ts';
import type { CollectionKind, CollectionRole } from './layout.ts';
import { type CollectedOutput, listingsOf } from './listings.ts';
import { type ProcessTexts, processesOf } from './processes.ts';

/** Bytes read of a file that is no listing: `sysctl -a` prints some 100 KiB. */
const MAX_TEXT = 4 * 1024 * 1024;

/** A file of a collection that tells something about the host. */
export interface CollectionFile {
  readonly input: ByteInput;
  readonly role: CollectionRole;
}

/** What a collection tells about its host, read whole. */
export interface Collection {
  /** Its host's name; null where it has none. */
  readonly host: string | null;
  /** Gives one look at the host; nothing where the collection holds nothing to look at. */
  readonly source: InputSource;
}

/**
 * Reads what a sosreport or a UAC collection holds of a host: one look, with the host's name, kernel, settings, audit
 * status and bpftool's listings, at the time when it was collected. What it does not hold is not covered.
 * `now` stands in for a time that nothing tells.
 */
export async function readCollection(
  name: string,
  kind: CollectionKind,
  files: readonly CollectionFile[],
  now: () => number,
  signal: AbortSignal,
): Promise<Collection> {
  const reader = new CollectionReader(kind);
  // Not in the order of an archive, which is not the same for two of the same tree.
  const inOrder = [...files].sort((a, b) => (a.input.name < b.input.name ? -1 : 1));
  for (const file of inOrder) await reader.take(file, signal);
  const snapshot = reader.snapshot(files, now);
  const { facts, unreadable } = reader;
  const read = files.reduce((sum, { input }) => sum + input.bytesRead(), 0);
  const lines = facts.reduce((sum, each) => sum + each.lines, 0);
  const records: { readonly [kind: string]: number } = snapshot === null ? {} : { snapshot: 1 };
  const source: InputSource = {
    name,
    progress: () => ({ name, bytes: read, totalBytes: read, lines, records }),
    facts: () => facts,
    observations: async function* (): AsyncGenerator<readonly Observation[]> {
      yield unreadable.map((what) => ({ kind: 'unreadable', time: null, unreadable: what }));
      if (snapshot !== null) yield [{ kind: 'snapshot', time: snapshot.time, snapshot }];
    },
  };
  return { host: reader.host, source };
}

class CollectionReader {
  readonly facts: InputFacts[] = [];
  readonly unreadable: Unreadable[] = [];
  host: string | null = null;
  readonly #kind: CollectionKind;
  readonly #outputs: CollectedOutput[] = [];
  readonly #processes = new Map<number, ProcessTexts>();
  readonly #settings: { [name: string]: string | null } = {};
  readonly #origins: { [section: string]: string } = {};
  readonly #problems: Problem[] = [];
  #kernel: string | null = null;
  #boot: string | null = null;
  #time: number | null = null;
  #audit: AuditStatus | null = null;
  #auditRules: readonly string[] | null = null;

  constructor(kind: CollectionKind) {
    this.#kind = kind;
  }

  async take({ input, role }: CollectionFile, signal: AbortSignal): Promise<void> {
    if (role.tells === 'bpftool') {
      const file = await readSavedFile(input, signal);
      this.#outputs.push({ role, file });
      this.facts.push({ ...file.facts, format: `${this.#kind}, ${file.facts.format}` });
      this.#complain(file);
      return;
    }
    if (role.tells === 'dump') {
      this.#note(input, 'a dump, not used', 0);
      return;
    }
    const refuse = (reason: string): void => {
      this.unreadable.push({ at: { file: input.name }, reason, text: '' });
    };
    const text = await readText(input, signal, refuse, MAX_TEXT);
    this.#note(input, role.tells, countLines(text));
    this.#learn(role, text, input.name);
  }

  /** One look at the host; null where the collection holds nothing that a check could judge. */
  snapshot(files: readonly CollectionFile[], now: () => number): Snapshot | null {
    const { problems, origins, ...listings } = listingsOf(this.#outputs);
    const processes = processesOf([...this.#processes.values()]);
    const hasSettings = Object.keys(this.#settings).length > 0;
    const isBare = Object.keys(origins ?? {}).length === 0 && problems.length === 0 && listings.helpers === undefined;
    if (isBare && processes === null && !hasSettings && this.#audit === null) return null;
    const time = this.#time ?? this.#lastWritten(files, now);
    return {
      time,
      host: this.host ?? 'unknown',
      boot: this.#boot,
      kernel: this.#kernel,
      ...listings,
      ...(processes === null ? {} : { processes }),
      ...(hasSettings ? { settings: this.#settings } : {}),
      ...(this.#audit === null ? {} : { audit: this.#audit }),
      ...(this.#auditRules === null ? {} : { auditRules: this.#auditRules }),
      problems: [...this.#problems, ...problems],
      origins: { ...this.#origins, ...origins },
    };
  }

  #note(input: ByteInput, what: string, lines: number): void {
    const format = `${this.#kind}, ${what}`;
    const nothing = { records: {}, hosts: [], timeRange: null, gaps: [] };
    this.facts.push({ name: input.name, format, bytes: input.bytesRead(), lines, ...nothing });
  }

  #learn(role: Exclude<CollectionRole, { readonly tells: 'bpftool' | 'dump' }>, text: string, file: string): void {
    switch (role.tells) {
      case 'settings':
        // A file of /proc/sys is what the setting was; sysctl only repeats it.
        for (const [name, value] of Object.entries(settingsIn(text))) this.#settings[name] ??= value;
        this.#origins.settings ??= file;
        break;
      case 'setting':
        this.#settings[role.setting] = settingValue(role.setting, text);
        this.#origins.settings ??= file;
        break;
      case 'host':
        this.host = hostIn(text) ?? this.host;
        break;
      case 'kernel':
        this.#kernel = unameFields(text)?.kernel ?? null;
        this.host ??= unameFields(text)?.host ?? null;
        break;
      case 'date':
        this.#time = timeOfDate(text) ?? this.#time;
        break;
      case 'log start':
        this.#time ??= timeOfLog(text);
        break;
      case 'boot':
        this.#boot = /^[0-9a-f-]{36}$/.exec(text.trim())?.[0] ?? null;
        break;
      case 'audit status':
        this.#audit = parseAuditStatus(text);
        this.#origins.audit = file;
        break;
      case 'audit rules':
        this.#auditRules = parseAuditRules(text);
        break;
      case 'process':
        this.#process(role.pid, role.file, text);
        break;
    }
  }

  #process(pid: number, file: 'status' | 'comm' | 'stat' | 'fdinfo', text: string): void {
    const known = this.#processes.get(pid) ?? { pid, status: null, comm: null, stat: null, fdinfo: [] };
    this.#processes.set(pid, known);
    if (file === 'fdinfo') known.fdinfo.push(text);
    else known[file] = text;
    if (file === 'fdinfo') this.#origins.processes ??= '/proc/PID/fdinfo';
  }

  /** A command that failed leaves its error where its answer should be: what could not be looked at, not damage. */
  #complain({ name, unreadable, output }: SavedFile): void {
    if (output.listings.size + output.ignored.size > 0) {
      append(this.unreadable, unreadable);
      return;
    }
    const [first] = unreadable.filter(({ text }) => text.trim() !== '[]');
    if (first === undefined) return;
    const said = first.reason.replace(/^column \d+: not JSON: /, 'no answer: ');
    this.#problems.push({ section: null, message: `${name}: ${said}` });
  }

  #lastWritten(files: readonly CollectionFile[], now: () => number): number {
    const times = files.flatMap(({ input }) => input.modified ?? []);
    const message = 'nothing tells when it was collected: the time is when its files were last written';
    this.#problems.push({ section: null, message });
    return times.length === 0 ? now() : highest(times);
  }
}
