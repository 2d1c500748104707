/** What packs a file and shows in its name. */
const PACKED = /\.(?:gz|xz|zst|zstd|Z)$/;

/**
 * What logrotate(8) and auditd put behind a name when they rotate: `.4`, or with `dateext` `-20240131`, with or without
 * an hour or the seconds since the epoch, or one's own format of it.
 */
const ROTATION = /[.-](?:\d{4}-\d\d-\d\d(?:[-_T.]\d{2,10})?|\d{8}(?:[-_T.]\d{2,10})?|\d{1,10})$/;

/** The name of the log that a file is of, which all files of a rotated set share: its folder and its name without. */
export function logOf(name: string): string {
  return name.replace(PACKED, '').replace(ROTATION, '');
}

/** True for the name of a log of auditd, rotated or packed too, in any folder or archive. */
export function isAuditLogName(name: string): boolean {
  return /(?:^|[/!])audit\.log$/.test(logOf(name));
}

/** One file of a set. */
export interface RotatedFile {
  readonly name: string;
  /** Time of its first record, ms; null where nobody knows. */
  readonly start: number | null;
}

/**
 * The files of a rotated set, the oldest first: by the time of their first records; where these do not tell,
 * `audit.log.4` is older than `audit.log.3`, and that than `audit.log`.
 */
export function oldestFirst<File extends RotatedFile>(files: readonly File[]): File[] {
  const dated = files.every(({ start }) => start !== null);
  return [...files].sort(
    (a, b) =>
      (dated ? (a.start ?? 0) - (b.start ?? 0) : 0) ||
      rotationOf(b.name) - rotationOf(a.name) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** How often a file was rotated: 0 when it was not. A date counts down, because the later one is the younger. */
function rotationOf(name: string): number {
  const suffix = ROTATION.exec(name.replace(PACKED, ''))?.[0];
  if (suffix === undefined) return 0;
  const digits = suffix.replace(/\D/g, '');
  return digits.length < 8 ? Number(digits) : 1 / Number(digits);
}

/** How a record of the kernel's audit says its time: `audit(1707546943.213:164)`. */
const TIME = /audit\((\d{1,12})\.(\d{3}):\d+\)/g;

/** Times that are looked at in a head: a set that spans days is told apart by the first. */
const TIMES = 200;

/** The earliest time of the records at the start of an audit log, ms since the epoch; null where it has none. */
export function startOfLog(head: string): number | null {
  let earliest: number | null = null;
  let count = 0;
  for (const [, seconds = '', milliseconds = ''] of head.matchAll(TIME)) {
    const time = Number(seconds) * 1000 + Number(milliseconds);
    earliest = earliest === null ? time : Math.min(earliest, time);
    count += 1;
    if (count === TIMES) break;
  }
  return earliest;
}
