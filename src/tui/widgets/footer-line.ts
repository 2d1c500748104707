import type { ReplayView } from '../../model/view.ts';
import { printable } from '../../text/sanitise.ts';
import { formatCount } from '../../text/units.ts';
import { KEYS } from '../keys.ts';
import { fitLine, type Line, lineWidth, span } from '../line.ts';
import type { RowList } from '../panes/row-list.ts';
import type { ScreenState } from '../state/screen-state.ts';
import type { Glyphs } from '../theme/glyphs.ts';

type Hint = readonly [key: string, word: string];

export interface FooterContext {
  readonly replay: ReplayView | null;
  /** The rows of the pane that is filtered or focused; null on Trends. */
  readonly list: RowList | null;
}

/**
 * The last line: the filter being typed, else the flash, else what the keys do here. Hints that do not fit are left
 * out whole. Exactly `width` cells.
 */
export function footerLine(state: ScreenState, context: FooterContext, width: number, glyphs: Glyphs): Line {
  if (state.prompt !== null) {
    const typed = printable(state.lists[state.prompt].filter);
    return promptLine(typed, context.list, width, glyphs);
  }
  if (state.flash !== null) return fitLine([span(` ${state.flash.text}`, 'flash')], width, glyphs);
  return hintLine(hintsFor(state, context), width, glyphs);
}

function promptLine(typed: string, list: RowList | null, width: number, glyphs: Glyphs): Line {
  const counts = list === null ? '' : `${formatCount(list.count)} of ${formatCount(list.total)}`;
  const keys = hintSpans([
    ['Enter', 'keep'],
    ['esc', 'clear'],
  ]);
  const right: Line = [span(` ${counts} `, 'strong'), ...keys, span(' ')];
  const left: Line = [span(' /', 'prompt'), span(`${typed}${glyphs.caret}`)];
  const room = width - lineWidth(right);
  // A long filter shows its end: that is where the typing is.
  const shown = lineWidth(left) > room ? [span(' /', 'prompt'), span(tail(typed, room - 3) + glyphs.caret)] : left;
  return fitLine([...fitLine(shown, Math.max(0, room), glyphs), ...right], width, glyphs);
}

function hintsFor(state: ScreenState, { replay, list }: FooterContext): readonly Hint[] {
  const top = state.overlays[state.overlays.length - 1];
  const help: readonly Hint[] = [...tableHints('help'), ...tableHints('quit')];
  if (top !== undefined) {
    return [['j k', 'scroll'], ['PgUp PgDn', 'page'], ['esc', 'back'], ...help];
  }
  const time: readonly Hint[] =
    replay === null
      ? [['space', state.pause === null ? 'pause' : 'resume']]
      : [
          ['space', replay.state === 'playing' ? 'pause' : 'play'],
          ['+ -', 'speed'],
          ['< >', 'seek'],
          ['.', 'step'],
          ['{ }', 'alert'],
        ];
  const look: readonly Hint[] =
    state.focus === 'trends' ? tableHints('open') : [...tableHints('open'), ...tableHints('filter')];
  const filter: readonly Hint[] =
    state.focus !== 'trends' && state.lists[state.focus].filter !== '' ? [['esc', 'all rows']] : [];
  const follow: readonly Hint[] = state.focus === 'events' && !state.following ? [['G', 'follow']] : [];
  const folds = state.focus === 'events' && (!state.folded || (list !== null && list.folded > 0));
  const fold: readonly Hint[] = folds ? [['f', state.folded ? 'unfold' : 'fold']] : [];
  const zoom: readonly Hint[] = state.zoomed ? [['z', 'unzoom']] : tableHints('zoom');
  return [...filter, ...follow, ...look, ...fold, ...zoom, ...time, ['1-7', 'pane'], ...help];
}

/** The hint of an action as the key table words it. */
function tableHints(action: string): readonly Hint[] {
  return KEYS.flatMap((binding) =>
    binding.action === action && binding.hint !== undefined ? [[binding.shown, binding.hint] as const] : [],
  );
}

/** The hints that fit, in order; the last two (help and quit) always do. */
function hintLine(hints: readonly Hint[], width: number, glyphs: Glyphs): Line {
  const always = hintSpans(hints.slice(-2));
  const room = width - lineWidth(always);
  let shown: Line = [];
  for (const hint of hints.slice(0, -2)) {
    const longer = [...shown, ...hintSpans([hint])];
    if (lineWidth(longer) <= room) shown = longer;
  }
  return fitLine([...shown, ...always], width, glyphs);
}

function hintSpans(hints: readonly Hint[]): Line {
  return hints.flatMap(([key, word]) => [span('  '), span(key, 'key'), span(` ${word}`)]);
}

function tail(text: string, cells: number): string {
  const clusters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  let shown = '';
  for (const { segment } of clusters.reverse()) {
    if (lineWidth([span(segment + shown)]) > cells) break;
    shown = segment + shown;
  }
  return shown;
}
