import type { CheckStatus } from '../../model/check.ts';
import type { Owner } from '../../model/inventory.ts';
import type { Severity } from '../../model/severity.ts';
import { printable } from '../../text/sanitise.ts';
import { formatClock, formatTime } from '../../text/time.ts';
import { type Line, type Span, span } from '../line.ts';
import { type Glyphs, SEVERITY_WORDS, STATUS_WORDS } from '../theme/glyphs.ts';
import type { Style } from '../theme/theme.ts';

/** Text from outside, safe to show. */
export function textCell(text: string, style?: Style): Span {
  return span(printable(text), style);
}

/** Glyph, word and colour: never the colour alone. `▲ WARNING`, in less than ten cells `▲ WARN`. */
export function severityCell(severity: Severity, width: number, glyphs: Glyphs): Span {
  const words = SEVERITY_WORDS[severity];
  return span(`${glyphs.severity[severity]} ${width < 10 ? words.short : words.full}`, severity);
}

/** `✗ FAIL`; `? INCONCLUSIVE`, in less than fourteen cells `? INCONC`. */
export function statusCell(status: CheckStatus, width: number, glyphs: Glyphs): Span {
  const words = STATUS_WORDS[status];
  return span(`${glyphs.status[status]} ${width < 14 ? words.short : words.full}`, status);
}

/** `14:47:08.123`, in less than twelve cells `14:47:08`; UTC. */
export function clockCell(time: number, width: number): Span {
  const clock = formatClock(time);
  return span(width < 12 ? clock.slice(0, 8) : clock, 'dim');
}

/** `2026-11-23 14:47:08`, in less than nineteen cells `11-23 14:47`; UTC; `?` when it is not known. */
export function dateCell(time: number | null, width: number): Span {
  if (time === null) return span('?', 'dim');
  const date = formatTime(time).slice(0, 19).replace('T', ' ');
  return span(width < 19 ? date.slice(5, 16) : date, 'dim');
}

/** `nginx(812) +2`; a dash when nobody is known to hold it. */
export function ownersCell(owners: readonly Owner[]): Line {
  const [first, ...others] = owners;
  if (first === undefined) return [span('-', 'dim')];
  return [textCell(ownerText(first)), ...(others.length === 0 ? [] : [span(` +${others.length}`, 'dim')])];
}

/** `nginx(812)`, raw. */
export function ownerText(owner: Owner): string {
  return `${owner.comm}(${owner.pid})`;
}

/** A number or `?` where it is not known. */
export function numberCell(value: number | null): Span {
  return value === null ? span('?', 'dim') : span(String(value));
}

/** Cells of a column of ids of which this is the largest: an id that is cut is another's. */
export function idWidth(largest: number | undefined): number {
  return Math.max(5, String(largest ?? 0).length);
}
