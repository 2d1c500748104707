import type { InputFacts } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import { isPassedOver } from '../../text/passed-over.ts';
import { placeText } from '../../text/place.ts';
import { formatTime } from '../../text/time.ts';
import { formatBytes, formatCount, plural } from '../../text/units.ts';
import { byCount, countsText } from '../counts.ts';
import { type Cell, code, prose, type Section, tableOf } from './blocks.ts';

/** What was read, what is missing in it, and what was not understood, not used or let go. */
export function intakeSection({ intake }: Report): Section {
  const read = intake.inputs.filter((input) => !isPassedOver(input));
  const passedOver = intake.inputs.filter(isPassedOver);
  const gaps = intake.inputs.flatMap((input) => input.gaps);
  return {
    heading: prose('What was read, and what was not'),
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['Read', prose(plural(read.length, 'input'))],
          ['Passed over, with nothing to be read', prose(plural(passedOver.length, 'file'))],
          ['Gaps', prose(formatCount(gaps.length))],
          ['Not understood', prose(notUnderstood(intake))],
          ['Let go because the store was full', prose(plural(intake.shedEvents, 'event'))],
          ['Made by bpfwitness itself, left out', prose(plural(intake.ownRecords, 'record'))],
        ],
      },
      ...tableOf('Could not be looked at, or not wholly', ['Part', 'What'], intake.problems.map(problemRow)),
      ...tableOf('Read', ['Input', 'What it is', 'Size', 'Hosts', 'From', 'To', 'Records'], read.map(inputRow)),
      ...tableOf(
        'Gaps',
        ['Where', 'Time', 'What is missing'],
        gaps.map(({ at, time, message }) => [code(placeText(at)), prose(formatTime(time)), prose(message)]),
      ),
      ...tableOf(
        'Not understood',
        ['Where', 'Why', 'Text'],
        intake.unreadable.map(({ at, reason, text }) => [code(placeText(at)), prose(reason), code(text)]),
      ),
      ...tableOf(
        'Records without a meaning for BPF',
        ['Type', 'Records'],
        byCount(intake.unmappedRecords).map(([type, count]) => [code(type), prose(formatCount(count))]),
      ),
      ...tableOf(
        'Passed over',
        ['File', 'Why'],
        passedOver.map(({ name, format }) => [code(name), prose(format)]),
        true,
      ),
    ],
    parts: [],
  };
}

function problemRow({ section, message }: Report['intake']['problems'][number]): readonly Cell[] {
  return [prose(section ?? 'in general'), prose(message)];
}

function inputRow({ name, format, bytes, lines, hosts, timeRange, records }: InputFacts): readonly Cell[] {
  return [
    code(name),
    prose(format),
    prose(`${formatBytes(bytes)}, ${plural(lines, 'line')}`),
    hosts.flatMap(code),
    prose(timeRange === null ? '' : formatTime(timeRange.first)),
    prose(timeRange === null ? '' : formatTime(timeRange.last)),
    prose(countsText(records)),
  ];
}

function notUnderstood({ unreadable, unreadableCount }: Report['intake']): string {
  const all = formatCount(unreadableCount);
  return unreadable.length === unreadableCount ? all : `${all}, the first ${formatCount(unreadable.length)} are listed`;
}
