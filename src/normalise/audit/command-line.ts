import type { GroupView } from './group.ts';
import { fieldOf } from './value.ts';

/** Longest command line that an event carries, in characters; what an EXECVE holds can be two megabytes. */
const LONGEST = 4096;

/** The command line of the event's process: from PROCTITLE, or from the arguments that EXECVE names; else null. */
export function commandLineOf(view: GroupView): string | null {
  if (view.proctitle !== null) return fieldOf(view.proctitle.fields, 'proctitle');
  const execve = view.execve;
  if (execve === null) return null;
  const parts: string[] = [];
  let length = 0;
  for (const [name, value] of execve.fields.entries('a')) {
    const argument = /^a\d+(?:\[(\d+)\])?$/.exec(name);
    if (argument === null) continue;
    // A long argument comes in pieces, `a1[0]` and on.
    const joins = argument[1] !== undefined && argument[1] !== '0';
    parts.push(joins || parts.length === 0 ? value : ` ${value}`);
    length += value.length;
    if (length > LONGEST) break;
  }
  return parts.length === 0 ? null : parts.join('').slice(0, LONGEST);
}
