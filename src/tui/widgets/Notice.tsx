import type { Size } from '../layout.ts';
import { fitLine, span } from '../line.ts';
import { Lines } from './Lines.tsx';
import { useLook } from './look.ts';

/** A few centred lines where nothing else can be drawn; as many as there is room for. */
export function Notice({ size, texts }: { readonly size: Size; readonly texts: readonly string[] }) {
  const { glyphs } = useLook();
  const { columns, rows } = size;
  const lines = texts.slice(0, rows).map((text, index) => {
    return fitLine([span(text, index === 0 ? 'strong' : undefined)], columns, glyphs, 'center');
  });
  const y = Math.max(0, (rows - lines.length) >> 1);
  return <Lines rect={{ x: 0, y, width: columns, height: lines.length }} lines={lines} />;
}
