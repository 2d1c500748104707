/** What the start of an audit record says. */
export interface AuditHeader {
  /** From `node=`, or null. */
  readonly node: string | null;
  /** As written: `BPF`, `1334`, `UNKNOWN[1334]`. */
  readonly type: string;
  /** `1707546943.213:164`: with the node, the key of the event. */
  readonly stamp: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly serial: number;
}

const HEADER = /^(?:node=(\S+) )?type=([^\s=]+) msg=audit\(((\d{1,11})\.(\d{1,9}):(\d{1,15}))\)/;

/** Reads the header of one line as auditd writes it; null when the line does not start with one. */
export function parseAuditHeader(text: string): AuditHeader | null {
  const match = HEADER.exec(text);
  if (match === null) return null;
  // A group that took part in the match is a string; `node` alone may be absent.
  const [, node, type = '', stamp = '', seconds = '', fraction = '', serial = ''] = match;
  const milliseconds = Number(fraction.length === 3 ? fraction : fraction.padEnd(3, '0').slice(0, 3));
  return { node: node ?? null, type, stamp, time: Number(seconds) * 1000 + milliseconds, serial: Number(serial) };
}

/** Why a line has no header that can be read: one sentence part for the list of what was not understood. */
export function headerFault(text: string): string {
  if (!text.includes('msg=audit(')) return text.includes('type=') ? 'audit record is cut off' : 'no audit record';
  if (!/^(?:node=\S+ )?type=/.test(text)) return 'audit record does not start the line';
  return 'audit record header is malformed (expected msg=audit(SECONDS.MILLISECONDS:SERIAL))';
}

/** The text of a record after its header, from the first field on. */
export function auditBody(text: string): string {
  const start = text.indexOf('msg=audit(');
  const end = start === -1 ? -1 : text.indexOf(')', start);
  if (end === -1) return '';
  let at = end + 1;
  while (text[at] === ':' || text[at] === ' ') at += 1;
  return text.slice(at);
}
