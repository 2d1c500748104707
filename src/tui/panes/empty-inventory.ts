import { printable } from '../../text/sanitise.ts';
import type { ScreenData } from './screen-data.ts';

/** Why a list of objects is empty. Not looked at is not the same as nothing there. */
export function emptyInventory({ view, inventory }: ScreenData, section: 'programs' | 'maps'): string {
  const problem = view.problems.find((candidate) => candidate.section === section);
  if (problem !== undefined) return `No ${section} were looked at: ${printable(problem.message)}`;
  if (inventory.covers.includes(section)) return `No BPF ${section} at this moment.`;
  return view.mode === 'live' ? `No ${section} were looked at yet.` : `Nothing read so far lists ${section}.`;
}
