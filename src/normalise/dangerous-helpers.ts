import { HELPER_RISKS } from '../model/helper-risks.ts';

/** What a helper (canonical name) can do to others, or null when it is not one of those. */
export function dangerOf(helper: string): string | null {
  const known = HELPER_RISKS.get(helper);
  return known?.risk === 'high' ? known.does : null;
}
