import { formatCount } from './units.ts';

/** Names that are told where one is not known. */
const TOLD = 10;

/** The first of some names, raw, and how many more there are: `audit, bpftool, proc`. */
export function namesText(names: readonly string[]): string {
  const more = names.length > TOLD ? `, and ${formatCount(names.length - TOLD)} more` : '';
  return `${names.slice(0, TOLD).join(', ')}${more}`;
}
