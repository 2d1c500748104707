import { stringify } from 'csv-stringify/sync';
import type { Json, JsonObject } from '../model/json.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import type { ProgramLife } from '../trends/program-lives.ts';

const HEADER = [
  'host',
  'program_id',
  'name',
  'type',
  'tag',
  'loaded',
  'loaded_by_comm',
  'loaded_by_exe',
  'loaded_by_pid',
  'loaded_by_uid',
  'loaded_by_auid',
  'unloaded',
  'life_ms',
  'end',
];

/** Programs as CSV (RFC 4180), a row each; safe for a spreadsheet as the report's CSV is. Unknown values are empty. */
export function livesCsv(lives: readonly ProgramLife[]): string {
  return stringify([HEADER, ...lives.map(row)], { escape_formulas: true, record_delimiter: 'windows' });
}

function row({ host, programId, name, type, tag, loaded, unloaded, lifeMs, end }: ProgramLife): string[] {
  const actor: JsonObject = loaded?.actor ?? {};
  return [
    printable(host),
    text(programId),
    text(name),
    text(type),
    text(tag),
    loaded === null ? '' : formatTime(loaded.time),
    ...['comm', 'exe', 'pid', 'uid', 'auid'].map((key) => text(actor[key])),
    unloaded === null ? '' : formatTime(unloaded.time),
    text(lifeMs),
    end,
  ];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? printable(value) : typeof value === 'number' ? String(value) : '';
}
