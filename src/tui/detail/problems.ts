import type { Unreadable } from '../../model/observation.ts';
import type { ViewModel } from '../../model/view.ts';
import { placeText } from '../../text/place.ts';
import { formatCount } from '../../text/units.ts';
import { type Block, section } from './detail.ts';

/** What could not be looked at and what could not be read, so that nothing is left out in silence. */
export function problemBlocks({ banner, problems, unreadable, events }: ViewModel): readonly Block[] {
  const more = unreadable.count - unreadable.first.length;
  const blocks: readonly Block[] = [
    ...section('Now', banner === null ? [] : [{ kind: 'text', text: banner, style: 'banner' }]),
    ...section(
      'Could not be looked at',
      problems.map(({ section: part, message }) => ({
        kind: 'item',
        text: part === null ? message : `${part}: ${message}`,
      })),
    ),
    ...section(`Could not be read (${formatCount(unreadable.count)})`, unreadable.first.flatMap(unreadableBlocks)),
    ...(more > 0 ? [{ kind: 'text' as const, text: `and ${formatCount(more)} more; the report lists them` }] : []),
    ...section(
      'Let go',
      events.shed === 0
        ? []
        : [{ kind: 'text', text: `${formatCount(events.shed)} of the oldest events, because the store was full.` }],
    ),
  ];
  return blocks.length > 0 ? blocks : [{ kind: 'text', text: 'No problems: everything was looked at and understood.' }];
}

function unreadableBlocks({ at, reason, text }: Unreadable): readonly Block[] {
  const offset = at.offset === undefined ? '' : ` (byte ${at.offset})`;
  return [
    { kind: 'item', text: `${placeText(at)}${offset}: ${reason}` },
    ...(text === '' ? [] : [{ kind: 'code' as const, text }]),
  ];
}
