import { KERNEL_SETTINGS, settingValue } from '../../normalise/kernel-settings.ts';

/** The settings of ours in the output of `sysctl -a`; null for one that could not be read. */
export function settingsIn(sysctl: string): { readonly [name: string]: string | null } {
  const settings: { [name: string]: string | null } = {};
  for (const line of sysctl.split('\n')) {
    const [, name, value] = /^\s*([\w.]+)\s*=\s*(.*)$/s.exec(line) ?? [];
    // What stderr says stands between the values where a collector keeps both in one file.
    const refused = refusedIn(line);
    if (name !== undefined && isOurs(name)) settings[name] = settingValue(name, value ?? '');
    else if (refused !== undefined && isOurs(refused)) settings[refused] = null;
  }
  return settings;
}

const REFUSED = /^sysctl: (?:permission denied on key|reading key|error: )/;

/** The setting that a message of sysctl(8) says it could not read: the last word before the reason. */
function refusedIn(line: string): string | undefined {
  const head = REFUSED.exec(line)?.[0];
  if (head === undefined) return undefined;
  const [said = ''] = line.slice(head.length).split(': ', 1);
  return /^['"]?([\w.]+)['"]?$/.exec(said.slice(said.lastIndexOf(' ') + 1))?.[1];
}

/** The kernel's release and the host's name from `uname -a`: `Linux web1 6.18.0-1 #1 SMP ...`. */
export function unameFields(text: string): { readonly host: string; readonly kernel: string } | null {
  const [, host, kernel] = /^Linux (\S+) (\S+) /.exec(text.trim()) ?? [];
  return host === undefined || kernel === undefined ? null : { host, kernel };
}

/** The first line that is a host's name (hostname(7)), which an error message is not. */
export function hostIn(text: string): string | null {
  return text.split('\n').find((line) => /^[A-Za-z0-9._-]{1,253}$/.test(line)) ?? null;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Hours east of Greenwich of zone names that mean one thing everywhere, and of those of RFC 5322, section 4.3. */
const ZONES: { readonly [zone: string]: number | undefined } = {
  UTC: 0,
  GMT: 0,
  UCT: 0,
  Z: 0,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/**
 * The time that `date` printed, ms since the epoch: `Mon Nov 23 17:40:00 UTC 2026`, `Mon 23 Nov 2026 05:40:00 PM CET`.
 * Null where its zone or its language leaves it open.
 */
export function timeOfDate(text: string): number | null {
  const line = text.split('\n', 1)[0] ?? '';
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}\\b`).test(line));
  const [, clock = '', minutes, seconds, half] = /\b(\d{1,2}):(\d\d):(\d\d)(?: ([AP]M))?\b/.exec(line) ?? [];
  const year = /(?<![+-])\b(\d{4})\b/.exec(line)?.[1];
  const day = /(?:^|\s)(\d{1,2})(?=\s)/.exec(line)?.[1];
  const offset = offsetIn(line);
  if (month === -1 || minutes === undefined || year === undefined || day === undefined || offset === null) return null;
  const hours = half === undefined ? Number(clock) : (Number(clock) % 12) + (half === 'PM' ? 12 : 0);
  const local = Date.UTC(Number(year), month, Number(day), hours, Number(minutes), Number(seconds));
  return local - offset;
}

/** The start of a uac.log, ms since the epoch: `2024-05-23 18:07:12 -0300 INF ...`. Null where it is none. */
export function timeOfLog(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) /.exec(text);
  if (match === null) return null;
  const time = Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
  return Number.isNaN(time) ? null : time;
}

/** Milliseconds east of Greenwich. */
function offsetIn(line: string): number | null {
  const [, sign, hours, minutes = '00'] = /\s([+-])(\d\d):?(\d\d)?(?=\s|$)/.exec(line) ?? [];
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  for (const [name] of line.matchAll(/\b[A-Z]{1,5}\b/g)) {
    const zone = Object.hasOwn(ZONES, name) ? ZONES[name] : undefined;
    if (zone !== undefined) return zone * 3_600_000;
  }
  return null;
}

function isOurs(name: string): boolean {
  return (KERNEL_SETTINGS as readonly string[]).includes(name);
}
