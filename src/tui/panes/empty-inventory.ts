import type { ViewModel } from '../../model/view.ts';
import { printable } from '../../text/sanitise.ts';

/** Why a list of objects is empty. Not looked at is not the same as nothing there. */
export function emptyInventory(view: ViewModel, section: 'programs' | 'maps'): string {
  const problem = view.problems.find((candidate) => candidate.section === section);
  if (problem !== undefined) return `No ${section} were looked at: ${printable(problem.message)}`;
  if (view.checks === null) return `No ${section} were looked at yet.`;
  return `No BPF ${section} at this moment.`;
}
