import type { InputFacts, Unreadable } from '../model/observation.ts';
import type { FoundArchive } from './find-inputs.ts';
import type { PassedOver } from './list-files.ts';

/** Files that are listed by name although they were not read; of more, the number. */
const MAX_LISTED = 10_000;

/** What was found and is not an input of its own: archives, what was refused, and what was passed over. */
export interface Rest {
  readonly archives: readonly FoundArchive[];
  readonly unreadable: readonly Unreadable[];
  readonly passedOver: readonly PassedOver[];
}

/** A line for each of them, so that everything is listed somewhere. */
export function factsOfRest({ archives, unreadable, passedOver }: Rest): readonly InputFacts[] {
  const more = passedOver.length - MAX_LISTED;
  return [
    ...archives.map(({ name, bytes, files }) => ({ ...bare(name, 'tar archive'), bytes, records: { file: files } })),
    ...unreadable.map(({ at, reason }) => bare(at.file, `not read: ${reason}`)),
    ...passedOver.slice(0, MAX_LISTED).map(({ name, reason }) => bare(name, reason)),
    ...(more > 0 ? [bare(`${more} more files`, 'not recognised')] : []),
  ];
}

function bare(name: string, format: string): InputFacts {
  return { name, format, bytes: 0, lines: 0, records: {}, hosts: [], timeRange: null, gaps: [] };
}
