import { overlayTag, overlayText, overlayTitle, type TextOverlay } from '../detail/overlay-text.ts';
import { frameLines, inset } from '../frame.ts';
import type { Rect } from '../layout.ts';
import { span } from '../line.ts';
import type { ScreenData } from '../panes/screen-data.ts';
import { overlayHeight, overlayWidth } from '../screen-model.ts';
import { Lines } from './Lines.tsx';
import { useLook } from './look.ts';

/** What is open, over all panes, from the line it is scrolled to. */
export function DetailOverlay(props: {
  readonly rect: Rect;
  readonly overlay: TextOverlay;
  readonly data: ScreenData;
}) {
  const { rect, overlay, data } = props;
  const { glyphs } = useLook();
  const text = overlayText(overlay, data, overlayWidth(rect));
  const visible = overlayHeight(rect);
  const top = Math.max(0, Math.min(overlay.top, text.length - visible));
  const body = text.slice(top, top + visible).map((line) => inset(line, rect.width, glyphs));
  const frame = {
    width: rect.width,
    height: rect.height,
    title: overlayTitle(overlay, glyphs),
    tag: [...overlayTag(overlay, glyphs), ...progress(top + visible, text.length)],
    focused: true,
    scroll: { top, visible, total: text.length },
  };
  return <Lines rect={rect} lines={frameLines(body, frame, glyphs)} />;
}

function progress(seen: number, total: number) {
  return seen >= total ? [] : [span(` ${Math.round((seen / total) * 100)}%`, 'dim')];
}
