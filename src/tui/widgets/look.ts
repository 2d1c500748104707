import { createContext, use } from 'react';
import { type Glyphs, glyphsFor } from '../theme/glyphs.ts';
import { type Theme, themeOf } from '../theme/theme.ts';

/** How the screen looks: colours and signs. */
export interface Look {
  readonly theme: Theme;
  readonly glyphs: Glyphs;
}

export const LookContext = createContext<Look>({ theme: themeOf('mono'), glyphs: glyphsFor(true) });

/** The look of the screen that this component is on. */
export function useLook(): Look {
  return use(LookContext);
}
