import { clockOf, type LogStamp, monthOf, offsetOf } from './stamp.ts';

/** A line of a kernel log, a journal or a syslog file, taken apart. */
export interface LogLine {
  /** `kernel` from dmesg, which names no host; `log` from journalctl or a syslog daemon. */
  readonly shape: 'kernel' | 'log';
  /** Null in a kernel log, whose clock starts at boot. */
  readonly stamp: LogStamp | null;
  readonly host: string | null;
  /** The program that wrote it: `kernel`, `audit`, `audisp-syslog`; null in a kernel log. */
  readonly tag: string | null;
  /** The process that the line says wrote it; null where it does not say. The kernel is none. */
  readonly pid: number | null;
  readonly message: string;
}

/** `<30>`: facility and severity (RFC 3164, 4.1.1). */
const PRIORITY = /^<\d{1,3}>(?:1 )?/;
const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`;
const SYSLOG = new RegExp(String.raw`^(\p{L}{3,5}\.?) {1,2}(\d{1,2}) ${CLOCK} (\S+) (.*)$`, 'su');
/** `journalctl -o short-iso`, `short-iso-precise`, RFC 5424 and (with a weekday and a zone's name) `short-full`. */
const ISO = new RegExp(
  String.raw`^(?:\p{L}{2,4} )?(\d{4})-(\d\d)-(\d\d)[T ]${CLOCK} ?(Z|[+-]\d\d:?\d\d|[A-Z]{3,4})? ?(\S+) (.*)$`,
  'su',
);
/** `journalctl -o short-unix`. */
const UNIX = /^(\d{9,11})\.(\d{1,9}) (\S+) (.*)$/s;
/** Kernel log time stamps (`printk.time`), with the caller (`printk.caller`) or, from `dmesg -T`, the calendar date. */
const UPTIME = /^\[ {0,8}\d{1,10}\.\d{6}\](?:\[ *[TC]\d+\])? (.*)$/s;
const DATED = new RegExp(String.raw`^\[\p{L}{2,5} (\p{L}{3,5}) {1,2}(\d{1,2}) ${CLOCK} (\d{4})\] (.*)$`, 'su');
const TAG = /^([^\s:[\]]{1,64})(?:\[(\d{1,10})\])?: ?(.*)$/s;
/** What RFC 5424 has between host and message: application, process, message id, structured data. */
const TAG_5424 = /^(\S{1,48}) (-|\d{1,10}) \S{1,32} (?:-|(?:\[[^\]]*\])+) (.*)$/s;

/** Takes a line apart; null when it is not shaped like any of them. */
export function parseLogLine(text: string): LogLine | null {
  const line = text.charCodeAt(0) === LESS_THAN ? text.replace(PRIORITY, '') : text;
  if (line.charCodeAt(0) === SQUARE_BRACKET) return kernelLine(line);
  const syslog = SYSLOG.exec(line);
  if (syslog !== null) {
    const [, word = '', day, hours = '', minutes = '', seconds = '', fraction, host = '', rest = ''] = syslog;
    const month = monthOf(word);
    if (month === null) return null;
    const clock = clockOf(hours, minutes, seconds, fraction);
    return logLine({ year: null, month, day: Number(day), clock, offset: null }, host, rest);
  }
  const iso = ISO.exec(line);
  if (iso !== null) {
    const [, year, month, day, hours = '', minutes = '', seconds = '', fraction, zone, host = '', rest = ''] = iso;
    const clock = clockOf(hours, minutes, seconds, fraction);
    const stamp = { year: Number(year), month: Number(month) - 1, day: Number(day), clock, offset: offsetOf(zone) };
    return logLine(stamp, host, rest);
  }
  const unix = UNIX.exec(line);
  if (unix === null) return null;
  const [, since = '', fraction, host = '', rest = ''] = unix;
  const clock = Number(since) * 1000 + clockOf('0', '0', '0', fraction);
  return logLine({ year: 1970, month: 0, day: 1, clock, offset: 0 }, host, rest);
}

/** Whether a line begins as those of a journal or a syslog file do, with a time and a host. */
export function isStamped(text: string): boolean {
  const line = text.replace(PRIORITY, '');
  return SYSLOG.test(line) || ISO.test(line) || UNIX.test(line);
}

function kernelLine(line: string): LogLine | null {
  const message = UPTIME.exec(line)?.[1];
  if (message !== undefined) return { shape: 'kernel', stamp: null, host: null, tag: null, pid: null, message };
  const dated = DATED.exec(line);
  if (dated === null) return null;
  const [, word = '', day, hours = '', minutes = '', seconds = '', fraction, year, rest = ''] = dated;
  const month = monthOf(word);
  if (month === null) return null;
  const clock = clockOf(hours, minutes, seconds, fraction);
  const stamp = { year: Number(year), month, day: Number(day), clock, offset: null };
  return { shape: 'kernel', stamp, host: null, tag: null, pid: null, message: rest };
}

function logLine(stamp: LogStamp, host: string, rest: string): LogLine | null {
  const tagged = TAG.exec(rest);
  if (tagged !== null) {
    const [, tag = '', pid, message = ''] = tagged;
    const said = { shape: 'log', stamp, host, tag, pid: pid === undefined ? null : Number(pid) } as const;
    // The kernel's own time may stand in front of its message.
    return { ...said, message: tag === 'kernel' ? withoutUptime(message) : message };
  }
  const structured = TAG_5424.exec(rest);
  if (structured === null) return null;
  const [, tag = '', pid = '-', message = ''] = structured;
  return { shape: 'log', stamp, host, tag, pid: pid === '-' ? null : Number(pid), message };
}

function withoutUptime(message: string): string {
  return UPTIME.exec(message)?.[1] ?? message;
}

const LESS_THAN = 60;
const SQUARE_BRACKET = 91;
