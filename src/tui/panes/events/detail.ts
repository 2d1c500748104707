import type { Evidence, Position } from '../../../model/event.ts';
import type { EventRow } from '../../../model/view.ts';
import { describeEvent } from '../../../text/describe-event.ts';
import { formatTime } from '../../../text/time.ts';
import { plural } from '../../../text/units.ts';
import { type Block, type Detail, fields, jsonSection, section, textSection } from '../../detail/detail.ts';

/** An event with the evidence for it: where it was read, and the raw text. */
export function eventDetail({ event, seq, stands }: EventRow): Detail {
  return {
    title: event.type,
    severity: event.severity,
    blocks: [
      ...fields([
        ['Time', formatTime(event.time)],
        ['Type', event.type],
        ['Severity', event.severity],
        ['Source', event.source],
        ['Host', event.host],
        ['Id', event.id],
        ['Number', seq],
        ['Folded into', event.foldedInto],
      ]),
      ...textSection('What happened', describeEvent(event)),
      ...textSection('Folded', foldedText(stands)),
      ...section('Evidence', event.evidence.flatMap(evidenceBlocks)),
      ...jsonSection('Details', event.details),
    ],
  };
}

/** What a row stands for beside itself, and how to see it; empty where that is nothing. */
function foldedText(stands: number): string {
  if (stands === 0) return '';
  return `${plural(stands, 'more event')} like this: the routine doing of a container runtime or of systemd. Checks, detectors and reports count each. f in Events gives each its row; --no-fold starts that way.`;
}

function evidenceBlocks(evidence: Evidence): readonly Block[] {
  const place = placeText({ file: evidence.origin, ...pick(evidence) });
  const via = evidence.via === undefined ? '' : `, in ${placeText(evidence.via)}`;
  const blocks: Block[] = [{ kind: 'item', text: `${place}${via}` }];
  if (evidence.text !== undefined) blocks.push({ kind: 'code', text: evidence.text });
  return blocks;
}

function pick({ line, offset }: Evidence): Omit<Position, 'file'> {
  return { ...(line === undefined ? {} : { line }), ...(offset === undefined ? {} : { offset }) };
}

function placeText({ file, line, offset }: Position): string {
  const parts = [file];
  if (line !== undefined) parts.push(`line ${line}`);
  if (offset !== undefined) parts.push(`byte ${offset}`);
  return parts.join(', ');
}
