import { Box, Text } from 'ink';
import type { Rect } from '../layout.ts';
import { type Line, paint } from '../line.ts';
import { useLook } from './look.ts';

/**
 * Lines at a place on the screen. One <Text> for each line, already padded to its width: a Box for each cell costs
 * Ink half as much again, and clipping (`overflow`) a quarter.
 */
export function Lines({ rect, lines }: { readonly rect: Rect; readonly lines: readonly Line[] }) {
  const { theme } = useLook();
  return (
    <Box position="absolute" left={rect.x} top={rect.y} width={rect.width} height={rect.height} flexDirection="column">
      {lines.slice(0, rect.height).map((line, row) => (
        // A row is its place: there is nothing else to tell two lines apart. An empty <Text> would take no row at all.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={row} wrap="truncate">
          {paint(line, theme) || ' '}
        </Text>
      ))}
    </Box>
  );
}
