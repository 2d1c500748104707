import { printable } from '../../text/sanitise.ts';
import { formatCount } from '../../text/units.ts';
import { type Line, span } from '../line.ts';
import { PANE_TITLES, type PaneId, paneDigit } from './ids.ts';
import type { RowList } from './row-list.ts';
import type { ScreenData } from './screen-data.ts';

/**
 * `5 Events 1,234`, with a filter `5 Events 12 of 340 /xdp`, with rows folded into others `5 Events 1,222, 12 folded`; and
 * the other panes that share the place.
 */
export function titleLine(
  pane: PaneId,
  options: {
    readonly list: RowList | null;
    readonly filter: string;
    readonly focused: boolean;
    readonly tabs: readonly PaneId[];
  },
): Line {
  const style = options.focused ? 'title-focused' : 'strong';
  const own: Line = [
    span(`${paneDigit(pane)} ${PANE_TITLES[pane]}`, style),
    ...countSpans(options.list, options.filter),
  ];
  const others = options.tabs.filter((tab) => tab !== pane);
  return [...own, ...others.flatMap((tab) => [span(`  ${paneDigit(tab)} ${PANE_TITLES[tab]}`, 'dim')])];
}

/** What stands at the right of a pane's top border: its state in a word. */
export function tagLine(pane: PaneId, data: ScreenData, following: boolean): Line {
  const { view } = data;
  switch (pane) {
    case 'checks': {
      if (view.checks === null) return [];
      const { overall } = view.checks;
      const style = overall === 'pass' ? 'passed' : overall === 'fail' ? 'failed' : 'inconclusive';
      return [span(overall.toUpperCase(), style)];
    }
    case 'anomalies':
      return view.learningUntil === null ? [] : [span('LEARNING', 'paused')];
    case 'alerts': {
      const firing = view.alerts.filter((alert) => alert.state === 'firing').length;
      return firing === 0 ? [] : [span(`${formatCount(firing)} firing`, 'failed')];
    }
    case 'events':
      return following ? [span('FOLLOW', 'live')] : [];
    case 'trends':
    case 'programs':
    case 'maps':
      return [];
  }
}

function countSpans(list: RowList | null, filter: string): Line {
  if (list === null) return [];
  const { count, total, folded } = list;
  const hidden = folded === 0 ? '' : `, ${formatCount(folded)} folded`;
  // Unfiltered, what is shown and what is folded are all there is.
  if (filter === '') return [span(` ${formatCount(folded === 0 ? total : count)}${hidden}`, 'dim')];
  return [
    span(` ${formatCount(count)} of ${formatCount(total)}${hidden}`, 'dim'),
    span(` /${printable(filter)}`, 'prompt'),
  ];
}
