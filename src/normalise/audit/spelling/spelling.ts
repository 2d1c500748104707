import { auditBody, headerFault, parseAuditHeader } from '../header.ts';
import { type DateReadings, parseDate } from './date.ts';
import { isStamped, type LogLine, parseLogLine } from './log.ts';
import { parseLoss, type SpelledLoss } from './loss.ts';

/**
 * Who wrote the record down: auditd (or a program that passes its lines on), the kernel into its own log, journald,
 * `ausearch -i`.
 */
export type Spelling = 'auditd' | 'kernel' | 'journal' | 'interpreted';

/** An audit record as one line spells it. */
export interface SpelledRecord {
  readonly spelling: Spelling;
  /** As written: `BPF`, `1334`, `UNKNOWN[1334]`. */
  readonly type: string;
  /** From `node=` or, failing that, the host that the line names; or null. */
  readonly node: string | null;
  /** Milliseconds since the epoch, a date to be understood, or null where only the line around it tells. */
  readonly time: number | DateReadings | null;
  readonly serial: number | null;
  /** What follows the header. */
  readonly body: string;
  /** The record as auditd writes it, where it is there. */
  readonly text: string | null;
}

/** What a line turned out to be. */
export type SpelledLine =
  | { readonly kind: 'records'; readonly log: LogLine | null; readonly records: readonly SpelledRecord[] }
  | { readonly kind: 'loss'; readonly log: LogLine; readonly loss: SpelledLoss }
  /** A line that is normal in such a log and no record. `boot` when it says that the host was started again. */
  | { readonly kind: 'other'; readonly shape: LogLine['shape'] | 'ausearch'; readonly boot: boolean }
  /** A record that was written to a log by a program that writes none, as anybody can (logger(1)). */
  | { readonly kind: 'foreign'; readonly log: LogLine; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `type=1334 audit(1709054805.960:8): ...`: how the kernel prints a record that no auditd takes (`kauditd_printk_skb`). */
const KERNEL = /^(?:audit: )?type=(\d{1,5}) audit\((\d{1,11}\.\d{1,9}:\d{1,15})\):? ?(.*)$/s;
/**
 * Names under which records come as auditd writes them: audisp-syslog, audispd, auditd, and what people call the file
 * where rsyslog reads it (`tag_audit_log`).
 */
const AUDIT_TAG = /audi/i;

/** The same behind other text: a console shows a login prompt first, a viewer its own columns. */
const KERNEL_WITHIN = /(?:^|[\s\]])audit: (type=\d{1,5} audit\(\d{1,11}\.\d{1,9}:\d{1,15}\):? ?.*)$/s;
/** journald's audit transport (journald-audit.c): a name, or a number where journald knows no name. */
const JOURNAL = /^([A-Z][A-Z0-9_]{2,40}|UNKNOWN\[\d{1,5}\]|<audit-\d{1,5}>) (?=.*=)(.*)$/s;
const BY_NUMBER = /^(?:<audit-(\d+)>|AUDIT(\d+))$/;
const INTERPRETED = /^(?:node=(\S{1,256}) )?type=([^\s=]{1,64}) msg=audit\(([^()]{10,48}):(\d{1,15})\) ?: ?(.*)$/s;
/** What stands before the stamp of a record that is not the first on its line. */
const TYPE_BEFORE = / type=[^\s=]{1,64}$/;
const LONGEST_TYPE = ' type='.length + 64;
const FURNITURE = /^(?:----|time->.*|<no matches>)$/;
/** What journalctl says about itself. */
const JOURNALCTL = /^-- (?:Logs|Journal|Boot|Reboot|No entries)\b.*--$/;

/** Tells what a line is that is not, or not only, a record as auditd writes it. */
export function parseSpelling(text: string): SpelledLine {
  // NULs stand where a log was truncated under its writer.
  const trimmed = text.replace(/^[\s\0]+/, '');
  const whole = auditdRecord(trimmed);
  if (whole !== null) return { kind: 'records', log: null, records: [whole] };
  const interpreted = interpretedRecords(trimmed);
  if (interpreted.length > 0) return { kind: 'records', log: null, records: interpreted };
  const log = parseLogLine(trimmed);
  if (log !== null) return logged(log);
  const kernel = KERNEL.exec(trimmed) ?? kernelWithin(trimmed);
  if (kernel !== null) return { kind: 'records', log: null, records: [kernelRecord(kernel, null)] };
  if (FURNITURE.test(trimmed)) return { kind: 'other', shape: 'ausearch', boot: false };
  if (JOURNALCTL.test(trimmed)) return { kind: 'other', shape: 'log', boot: /^-- (?:Reboot|Boot)\b/.test(trimmed) };
  return { kind: 'unknown', reason: headerFault(text) };
}

/** A line of a log whose writer's name has blanks is no such text: that name is anybody's choice. */
function kernelWithin(text: string): RegExpExecArray | null {
  const within = KERNEL_WITHIN.exec(text)?.[1];
  return within === undefined || isStamped(text) ? null : KERNEL.exec(within);
}

/**
 * Any user may write to the system's log under any name (logger(1)), so the name proves nothing. But what the kernel
 * writes names no process, while most that users write does, and the daemons that pass records on have theirs.
 */
function logged(log: LogLine): SpelledLine {
  const { tag, pid, host, message } = log;
  const isKernel = pid === null && (tag === null || tag === 'kernel' || tag === 'audit');
  if (isKernel) {
    const kernel = KERNEL.exec(message);
    if (kernel !== null) return { kind: 'records', log, records: [kernelRecord(kernel, host)] };
  }
  if (tag === 'audit') {
    const record = journalRecord(message, host);
    if (record !== null) return { kind: 'records', log, records: [record] };
  }
  const whole = auditdRecord(message);
  if (whole !== null) {
    if (tag !== null && !AUDIT_TAG.test(tag)) {
      return { kind: 'foreign', log, reason: `audit record in the name of \`${tag}\`, as anybody can write one` };
    }
    return { kind: 'records', log, records: [{ ...whole, node: whole.node ?? host }] };
  }
  const loss = isKernel || (tag !== 'kernel' && tag !== 'audit') ? parseLoss(tag, message) : null;
  return loss === null ? { kind: 'other', shape: log.shape, boot: false } : { kind: 'loss', log, loss };
}

function auditdRecord(text: string): SpelledRecord | null {
  const header = parseAuditHeader(text);
  if (header === null) return null;
  const { type, node, time, serial } = header;
  return { spelling: 'auditd', type, node, time, serial, body: auditBody(text), text };
}

function kernelRecord(match: RegExpExecArray, host: string | null): SpelledRecord {
  const [, type = '', stamp = '', body = ''] = match;
  const text = `type=${type} msg=audit(${stamp}): ${body}`;
  const header = parseAuditHeader(text);
  return {
    spelling: 'kernel',
    type,
    node: host,
    time: header?.time ?? null,
    serial: header?.serial ?? null,
    body,
    text,
  };
}

function journalRecord(message: string, host: string | null): SpelledRecord | null {
  const match = JOURNAL.exec(message);
  if (match === null) return null;
  const [, written = '', body = ''] = match;
  const number = BY_NUMBER.exec(written);
  const type = number === null ? written : (number[1] ?? number[2] ?? '');
  return { spelling: 'journal', type, node: host, time: null, serial: null, body, text: null };
}

/**
 * The records of a line of `ausearch -i`: several when the newlines between them were lost. Only what names the same
 * event counts as another record: the names of files and processes are not quoted there, and could pretend to be one.
 */
function interpretedRecords(text: string): SpelledRecord[] {
  const first = INTERPRETED.exec(text);
  const stamp = first?.[3] ?? '';
  const date = parseDate(stamp);
  if (first === null || date === null) return [];
  const serial = first[4] ?? '';
  const header = ` msg=audit(${stamp}:${serial})`;
  const starts = [0];
  for (let at = text.indexOf(header, header.length); at !== -1; at = text.indexOf(header, at + 1)) {
    const type = TYPE_BEFORE.exec(text.slice(Math.max(0, at - LONGEST_TYPE), at));
    if (type !== null) starts.push(at - type[0].length + 1);
  }
  const records: SpelledRecord[] = [];
  for (const [index, start] of starts.entries()) {
    const match = INTERPRETED.exec(text.slice(start, starts[index + 1]));
    if (match === null) continue;
    const [, node = first[1] ?? null, type = '', , , body = ''] = match;
    const spelled = { type, node, time: date, serial: Number(serial), body: body.trimEnd(), text: null };
    records.push({ spelling: 'interpreted', ...spelled });
  }
  return records;
}

/** The lines of a log, at the most, that its kind is told by. */
const HEAD_LINES = 400;

/**
 * Whether the start of a file (text, its last line maybe cut) is that of a log with audit records: one of them is there
 * in any spelling, or most of its lines are those of a kernel log, a journal or a syslog file, where one may follow.
 */
export function looksLikeAudit(head: string): boolean {
  let lines = 0;
  let logLines = 0;
  for (const line of head.split('\n')) {
    if (line.trim() === '') continue;
    const spelled = parseSpelling(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (spelled.kind === 'records' || spelled.kind === 'loss') return true;
    lines += 1;
    if (spelled.kind === 'other') logLines += 1;
    if (lines >= HEAD_LINES && logLines * 2 < lines) return false;
  }
  return lines >= 3 && logLines * 5 >= lines * 4;
}
