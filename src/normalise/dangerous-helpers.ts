import { DANGEROUS_HELPERS } from '../model/dangerous-helpers.ts';

const DANGERS: ReadonlyMap<string, string> = new Map(DANGEROUS_HELPERS);

/** What a helper (canonical name) can do to others, or null when it is not one of those. */
export function dangerOf(helper: string): string | null {
  return DANGERS.get(helper) ?? null;
}
