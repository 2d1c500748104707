import type { ChainHead } from '../model/observation.ts';
import { plural } from '../text/units.ts';

/** What the last seal of a capture says of its hash chain. Only `verify` says whether that is true. */
export function chainText({ groups, head, isClosed, isSigned }: ChainHead): string {
  const signed = isSigned ? ', signed' : '';
  return `${plural(groups, 'group')}${signed}, ${isClosed ? 'closed' : 'not closed'}, not verified; head ${head}`;
}
