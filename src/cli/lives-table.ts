import type { JsonObject } from '../model/json.ts';
import { printable } from '../text/sanitise.ts';
import { formatDuration, formatTime } from '../text/time.ts';
import { displayWidth, fitText } from '../text/width.ts';
import type { ProgramLife } from '../trends/program-lives.ts';

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** The widest that it gets. */
  readonly most: number;
  readonly cell: (life: ProgramLife) => string;
}

const HOST: Column = { title: 'HOST', align: 'left', most: 20, cell: ({ host }) => host };

/** Who is last: it may be long, and nothing behind it is pushed away. */
const COLUMNS: readonly Column[] = [
  { title: 'ID', align: 'right', most: 10, cell: ({ programId }) => (programId === null ? '?' : String(programId)) },
  { title: 'PROGRAM', align: 'left', most: 24, cell: programText },
  {
    title: 'LOADED',
    align: 'left',
    most: 19,
    cell: ({ loaded }) => (loaded === null ? 'before' : dateText(loaded.time)),
  },
  { title: 'GONE', align: 'left', most: 19, cell: goneText },
  { title: 'LIFE', align: 'right', most: 8, cell: ({ lifeMs }) => (lifeMs === null ? '?' : formatDuration(lifeMs)) },
  { title: 'LOADED BY', align: 'left', most: Number.POSITIVE_INFINITY, cell: ({ loaded }) => actorText(loaded?.actor) },
];

/** Programs as a table, a line each; times are UTC. The host is told where there are several. */
export function livesTable(lives: readonly ProgramLife[]): string {
  const columns = new Set(lives.map(({ host }) => host)).size > 1 ? [HOST, ...COLUMNS] : COLUMNS;
  const rows = lives.map((life) => columns.map(({ cell }) => printable(cell(life))));
  const widths = columns.map(({ title, most }, index) => {
    const widest = rows.reduce((width, row) => Math.max(width, displayWidth(row[index] ?? '')), title.length);
    return Math.min(most, widest);
  });
  const line = (cells: readonly string[]): string => {
    const fitted = columns.map(({ align }, index) => fitText(cells[index] ?? '', widths[index] ?? 0, align));
    return `${fitted.join('  ').trimEnd()}\n`;
  };
  return [columns.map(({ title }) => title), ...rows].map(line).join('');
}

function programText({ name, type, tag }: ProgramLife): string {
  const called = name ?? (tag === null ? null : `tag ${tag}`);
  if (called === null) return type ?? '-';
  return type === null ? called : `${type} ${called}`;
}

/** When, or why that is not known. Of the same day as the load, the clock is enough. */
function goneText({ loaded, unloaded, end }: ProgramLife): string {
  if (unloaded !== null) {
    const date = dateText(unloaded.time);
    return loaded !== null && dateText(loaded.time).slice(0, 10) === date.slice(0, 10) ? date.slice(11) : date;
  }
  if (end === 'boot') return 'reboot';
  return end === 'unloaded' ? 'unseen' : 'still there';
}

/** `2024-02-10 06:35:43`. */
function dateText(time: number): string {
  return formatTime(time).slice(0, 19).replace('T', ' ');
}

/** `loader(42) uid 0 auid 1000 /usr/bin/loader`: as much as is known. */
function actorText(actor: JsonObject | null | undefined): string {
  if (actor === null || actor === undefined) return '?';
  const { comm, exe, pid, uid, auid } = actor;
  const name = typeof comm === 'string' ? comm : typeof exe === 'string' ? exe : 'pid';
  const parts = [
    typeof pid === 'number' ? `${name}(${pid})` : name,
    typeof uid === 'number' ? `uid ${uid}` : '',
    typeof auid === 'number' ? `auid ${auid}` : '',
    typeof comm === 'string' && typeof exe === 'string' ? exe : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
