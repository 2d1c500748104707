import { printable } from '../../text/sanitise.ts';
import { helpLines } from '../help/help-lines.ts';
import { legendHeight } from '../help/legend.ts';
import { type Line, span } from '../line.ts';
import { PANE_TITLES, paneDigit } from '../panes/ids.ts';
import type { ScreenData } from '../panes/screen-data.ts';
import type { Overlay } from '../state/screen-state.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { SEVERITY_WORDS } from '../theme/glyphs.ts';
import { drawBlocks } from './draw-detail.ts';
import { problemBlocks } from './problems.ts';

/** An overlay that is nothing but lines. */
export type TextOverlay = Exclude<Overlay, { readonly kind: 'help' }>;

/** All lines of an overlay, those that are scrolled away included. The legend of the help counts as blank lines. */
export function overlayText(overlay: Overlay, data: ScreenData, width: number): readonly Line[] {
  switch (overlay.kind) {
    case 'detail':
      return drawBlocks(overlay.detail.blocks, width);
    case 'problems':
      return drawBlocks(problemBlocks(data.view), width);
    case 'help':
      return [...helpLines(), ...Array.from({ length: legendHeight(width) }, () => [])];
  }
}

/** The crumb trail of an overlay: `5 Events › program-load`. */
export function overlayTitle(overlay: TextOverlay, glyphs: Glyphs): Line {
  if (overlay.kind === 'problems') return [span('p Problems', 'title-focused')];
  const { pane, detail } = overlay;
  return [
    span(`${paneDigit(pane)} ${PANE_TITLES[pane]}`, 'strong'),
    span(` ${glyphs.crumb} `, 'dim'),
    span(printable(detail.title), 'title-focused'),
  ];
}

/** The severity of what is open, for the right end of the border. */
export function overlayTag(overlay: TextOverlay, glyphs: Glyphs): Line {
  if (overlay.kind !== 'detail' || overlay.detail.severity === null) return [];
  const { severity } = overlay.detail;
  return [span(`${glyphs.severity[severity]} ${SEVERITY_WORDS[severity].full}`, severity)];
}
