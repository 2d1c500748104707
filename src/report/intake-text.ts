import type { Gap, InputFacts } from '../model/observation.ts';
import type { Report } from '../model/report.ts';
import { append } from '../text/lists.ts';
import { isPassedOver } from '../text/passed-over.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { formatBytes, formatCount, plural } from '../text/units.ts';
import { chainText } from './chain-text.ts';
import { countsText } from './counts.ts';
import { unreadableTexts } from './unreadable-text.ts';

/** A report says what matters for its verdict; `inspect` and the JSON report have all of it. */
const SHOWN = { inputs: 20, unreadable: 10, gaps: 3, types: 12 };

/** What was read to make the report, and what was not understood or let go. */
export function intakeLines(intake: Report['intake']): string[] {
  const inputs = intake.inputs.filter((input) => !isPassedOver(input));
  // Those that tell when something happened say more than the hundreds of small files of a collection.
  const told = [...inputs].sort((a, b) => Number(b.timeRange !== null) - Number(a.timeRange !== null));
  const lines = told.slice(0, SHOWN.inputs).flatMap(inputLines);
  if (told.length > SHOWN.inputs)
    lines.push(`  And ${plural(told.length - SHOWN.inputs, 'more file')}; inspect lists them`);
  // What was refused is among the unreadable, too.
  const refused = new Set(intake.unreadable.map(({ at }) => at.file));
  const passedOver = intake.inputs.filter((input) => isPassedOver(input) && !refused.has(input.name)).length;
  if (passedOver > 0)
    lines.push(`  Passed over: ${plural(passedOver, 'file')} with nothing to be read; inspect --all lists them`);
  if (intake.unreadableCount > 0) {
    lines.push(`  Not understood: ${formatCount(intake.unreadableCount)}`);
    const texts = unreadableTexts(intake.unreadable, false).slice(0, SHOWN.unreadable);
    append(
      lines,
      texts.map((text) => `    ${printable(text)}`),
    );
  }
  const unmapped = countsText(intake.unmappedRecords, SHOWN.types);
  if (unmapped !== '') lines.push(`  Records without a meaning for BPF: ${unmapped}`);
  if (intake.ownRecords > 0)
    lines.push(`  Made by bpfwitness itself, left out: ${plural(intake.ownRecords, 'record')}`);
  if (intake.shedEvents > 0) lines.push(`  Let go because the store was full: ${plural(intake.shedEvents, 'event')}`);
  return lines.length === 0 ? [] : ['', '--- What Was Read ---', '', ...lines];
}

function inputLines({ name, format, bytes, lines, records, hosts, timeRange, gaps, chain }: InputFacts): string[] {
  const read = bytes > 0 ? `, ${plural(lines, 'line')}, ${formatBytes(bytes)}` : '';
  const found = [`  ${printable(name)}: ${printable(format)}${read}`];
  if (hosts.length > 0) found.push(`    Of ${hosts.map(printable).join(', ')}`);
  if (timeRange !== null) found.push(`    From ${formatTime(timeRange.first)} to ${formatTime(timeRange.last)}`);
  if (chain !== undefined) found.push(`    Chain: ${chainText(chain)}`);
  const counts = countsText(records, SHOWN.types);
  if (counts !== '') found.push(`    Records: ${counts}`);
  return [...found, ...gapLines(gaps)];
}

function gapLines(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  const shown = gaps
    .slice(0, SHOWN.gaps)
    .map(({ at, message }) => `      ${at.line === undefined ? '' : `line ${at.line}: `}${printable(message)}`);
  const more = gaps.length - shown.length;
  const rest = more === 0 ? [] : [`      and ${formatCount(more)} more`];
  return [`    Gaps: ${formatCount(gaps.length)}`, ...shown, ...rest];
}
