import type { InspectedInput, Inspection, RecordUse } from '../model/inspection.ts';
import type { Gap } from '../model/observation.ts';
import { highest } from '../text/lists.ts';
import { printable } from '../text/sanitise.ts';
import { formatDuration, formatTime } from '../text/time.ts';
import { formatBytes, formatCount, plural } from '../text/units.ts';
import { displayWidth, pad, truncate, wrap } from '../text/width.ts';
import { chainText } from './chain-text.ts';
import { countsText } from './counts.ts';
import { unreadableTexts } from './unreadable-text.ts';

/** Lines are at most this wide, those aside that name a file: a path that is broken cannot be copied. */
const WIDTH = 80;

/** Of a longer list this many are shown, unless all are asked for. */
const SHOWN = { gaps: 5, types: 12, unreadable: 20, problems: 20 };

/** Cells for the label of a line. */
const LABEL = 11;

/** The longest name of a record type that is shown whole. */
const WIDEST_TYPE = 44;

export interface InspectionTextOptions {
  /** Show every gap, type and line that was not read instead of the first ones. */
  readonly all: boolean;
}

/** What `inspect` prints for people: a block for each input, then what they come to together. */
export function inspectionText(inspection: Inspection, { all }: InspectionTextOptions): string {
  const { inputs, totals, problems, passedOver, unreadable } = inspection;
  const types = all ? Number.POSITIVE_INFINITY : SHOWN.types;
  const notRead = unreadableTexts(unreadable.listed, all);
  const lines = [
    ...inputs.flatMap((input, index) => [
      ...(index === 0 || (isPart(input) && isPart(inputs[index - 1] ?? input)) ? [] : ['']),
      ...inputLines(input, all),
    ]),
    '',
    `Together: ${plural(inputs.length, 'input')}, ${sizeText(totals)}`,
    ...field('events', countsText(totals.events) || 'none'),
    ...field('no event', countsText(totals.unmapped, types) || 'none'),
    ...(totals.ownRecords === 0
      ? []
      : field('own', `${plural(totals.ownRecords, 'record')} of bpfwitness and its bpftool, left out`)),
    ...listLines('Put right, or not whole', problems.length, all ? problems : problems.slice(0, SHOWN.problems)),
    ...listLines('Passed over', passedOver.count, all ? passedOver.listed.map(passedOverText) : []),
    ...listLines('Not read', unreadable.count, all ? notRead : notRead.slice(0, SHOWN.unreadable)),
    ...(notRead.length > SHOWN.unreadable && !all ? ['  and more; --all lists them'] : []),
    ...(all && unreadable.listed.length < unreadable.count ? ['  and more: only the first are kept'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function inputLines(input: InspectedInput, all: boolean): string[] {
  const { hosts, timeRange, gaps, records, unreadable, sha256, notHashed, chain } = input;
  const hashText = sha256 ?? (notHashed === undefined ? null : `none: ${notHashed}`);
  const what = `${printable(input.format)}; ${sizeText(input)}`;
  const counts = countsText(Object.fromEntries(records.map(({ type, count }) => [type, count])));
  const notRead = unreadable === 0 ? '' : plural(unreadable, 'line or part', 'lines or parts');
  if (isPart(input)) {
    const texts = [what, counts, notRead === '' ? '' : `not read: ${notRead}`];
    const hash = hashText === null ? [] : [`  SHA-256 ${hashText}`];
    return [printable(input.name), ...hanging('  ', texts.filter((text) => text !== '').join('; ')), ...hash];
  }
  return [
    printable(input.name),
    ...field('what', what),
    ...field(hosts.length > 1 ? 'hosts' : 'host', hosts.map(printable).join(', ') || 'not said'),
    ...field('time', rangeText(timeRange)),
    ...(hashText === null ? [] : field('sha256', hashText)),
    ...(chain === undefined ? [] : field('chain', chainText(chain))),
    ...gapLines(gaps, all),
    ...(notRead === '' ? [] : field('not read', notRead)),
    ...recordLines(records, all),
  ];
}

/**
 * A file of a collection, of which there are hundreds: it says something of a host, and neither whose nor when. Two lines
 * tell of it.
 */
function isPart({ hosts, timeRange, gaps, records }: InspectedInput): boolean {
  const isBare = hosts.length === 0 && timeRange === null && gaps.length === 0;
  return isBare && records.every((record) => becameText(record) === NOTHING);
}

function sizeText({ bytes, lines }: { readonly bytes: number; readonly lines: number }): string {
  return `${formatBytes(bytes)}, ${plural(lines, 'line')}`;
}

function rangeText(range: InspectedInput['timeRange']): string {
  if (range === null) return 'not said';
  const { first, last } = range;
  if (first === last) return formatTime(first);
  return `${formatTime(first)} to ${formatTime(last)} (${formatDuration(last - first)})`;
}

function gapLines(gaps: readonly Gap[], all: boolean): string[] {
  if (gaps.length === 0) return field('gaps', 'none');
  const shown = all ? gaps : gaps.slice(0, SHOWN.gaps);
  const texts = shown.map(({ at, time, message }) => {
    const line = at.line === undefined ? '' : `line ${at.line}, `;
    return `${line}${formatTime(time)}: ${printable(message)}`;
  });
  if (gaps.length > shown.length) texts.push(`and ${formatCount(gaps.length - shown.length)} more; --all lists them`);
  return texts.flatMap((text, index) => field(index === 0 ? 'gaps' : '', text));
}

/** A table of the record types; those that became nothing are cut short. */
function recordLines(records: readonly RecordUse[], all: boolean): string[] {
  if (records.length === 0) return field('records', 'none');
  const useful = records.filter((record) => becameText(record) !== NOTHING);
  const idle = records.slice(useful.length);
  const shown = [...useful, ...(all ? idle : idle.slice(0, SHOWN.types))];
  const rest = records.slice(shown.length);
  const widths = shown.map(({ type }) => displayWidth(printable(type)));
  const typeWidth = Math.min(WIDEST_TYPE, Math.max(LABEL - 2, highest(widths)));
  const countWidth = Math.max(5, highest(shown.map((record) => countText(record).length)));
  const row = (type: string, count: string, became: string): string[] => {
    const lead = `  ${pad(truncate(type, typeWidth), typeWidth)}  ${pad(count, countWidth, 'right')}  `;
    return hanging(lead, became);
  };
  const more = `and ${plural(rest.length, 'type')} more that became nothing; --all lists them`;
  return [
    ...row('records', 'count', 'became'),
    ...shown.flatMap((record) => row(printable(record.type), countText(record), becameText(record))),
    ...(rest.length === 0 ? [] : [`  ${more}`]),
  ];
}

const NOTHING = '-';

/** What has no records of its own was found by comparing: two looks at a host, serials that are not there. */
function countText({ count }: RecordUse): string {
  return count === 0 ? NOTHING : formatCount(count);
}

function becameText({ events, again }: RecordUse): string {
  const parts = [countsText(events), again === 0 ? '' : `${formatCount(again)} told of already`];
  return parts.filter((part) => part !== '').join(', ') || NOTHING;
}

/** A heading with the number of all, and those of them that are shown, a line each. */
function listLines(heading: string, count: number, shown: readonly string[]): string[] {
  if (count === 0) return [];
  const hint = shown.length === 0 ? '; --all lists them' : '';
  return ['', `${heading}: ${formatCount(count)}${hint}`, ...shown.map((text) => `  ${printable(text)}`)];
}

function passedOverText({ name, reason }: Inspection['passedOver']['listed'][number]): string {
  return `${name}: ${reason}`;
}

/** A label and its value, wrapped beside it. */
function field(label: string, value: string): string[] {
  return hanging(`  ${pad(label, LABEL)}`, value);
}

function hanging(lead: string, text: string): string[] {
  const indent = displayWidth(lead);
  const lines = wrap(text, Math.max(24, WIDTH - indent));
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(indent)}${line}`.trimEnd());
}
