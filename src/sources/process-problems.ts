import type { Problem } from '../model/snapshot.ts';
import { LINKS_PER_LOOK, type ProcessWalk } from './proc/processes.ts';

/** Processes that a message names. */
const NAMED = 3;

/** What a walk over the processes did not look at. */
export function processProblems({
  refused,
  unfinished,
}: Pick<ProcessWalk, 'refused' | 'unfinished'>): readonly Problem[] {
  const problems: Problem[] = [];
  if (refused > 0) {
    problems.push({ section: 'processes', message: `the open files of ${refused} processes may not be read` });
  }
  if (unfinished.length > 0) {
    const more = unfinished.length > NAMED ? ' and others' : '';
    const message = `the open files of ${unfinished.length} processes (${unfinished.slice(0, NAMED).join(', ')}${more}) were not looked at: one look reads ${LINKS_PER_LOOK} descriptors and threads, the next one goes on`;
    problems.push({ section: 'processes', message, goesOn: true });
  }
  return problems;
}
