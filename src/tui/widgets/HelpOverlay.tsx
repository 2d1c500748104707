import { Box, Text } from 'ink';
import { Table } from 'ink-table';
import type { PropsWithChildren } from 'react';
import { frameLines } from '../frame.ts';
import { HELP_WIDTH, helpLines } from '../help/help-lines.ts';
import { isLegendBeside, legendHeight, legendRows } from '../help/legend.ts';
import type { Rect } from '../layout.ts';
import { span } from '../line.ts';
import { overlayHeight, overlayWidth } from '../screen-model.ts';
import { Lines } from './Lines.tsx';
import { useLook } from './look.ts';

/** The keys and the legend, scrolled by `top` lines. */
export function HelpOverlay(props: { readonly rect: Rect; readonly top: number; readonly version: string }) {
  const { rect, top, version } = props;
  const { glyphs } = useLook();
  const keys = helpLines();
  const width = overlayWidth(rect);
  const visible = overlayHeight(rect);
  const total = keys.length + legendHeight(width);
  const title = [span('? Keys', 'title-focused')];
  const frame = {
    width: rect.width,
    height: rect.height,
    title,
    tag: [span(`bpfwitness ${version}`, 'dim')],
    focused: true,
  };
  const legendAt = isLegendBeside(width) ? { left: HELP_WIDTH, top: -top } : { left: 0, top: keys.length + 1 - top };
  return (
    <>
      <Lines rect={rect} lines={frameLines([], { ...frame, scroll: { top, visible, total } }, glyphs)} />
      <Box position="absolute" left={rect.x + 2} top={rect.y + 1} width={width} height={visible} overflow="hidden">
        <Lines rect={{ x: 0, y: 0, width: Math.min(width, HELP_WIDTH), height: visible }} lines={keys.slice(top)} />
        <Box position="absolute" left={legendAt.left} top={legendAt.top} flexShrink={0}>
          <Table data={legendRows(glyphs)} header={Plain} cell={Plain} skeleton={Plain} />
        </Box>
      </Box>
    </>
  );
}

/** ink-table colours its cells by itself; the theme does that here. */
function Plain({ children }: PropsWithChildren) {
  return <Text>{children}</Text>;
}
