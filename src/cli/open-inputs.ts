import { type InputSet, type InputSpec, type OpenOptions, openInputs } from '../sources/open.ts';
import { ReadingThreads } from '../sources/thread/reading-threads.ts';
import { printable } from '../text/sanitise.ts';
import { formatBytes } from '../text/units.ts';
import { complain } from './output.ts';
import { type ProgressLine, showProgress } from './progress.ts';

/**
 * Opens what is to be read, large logs in threads that start from `entry`, and shows how far the unpacking of an archive
 * has come.
 */
export async function openShown(
  specs: readonly InputSpec[],
  entry: URL | undefined,
  options: OpenOptions = {},
): Promise<InputSet> {
  let line: ProgressLine | null = null;
  try {
    return await openInputs(specs, {
      ...options,
      ...(entry === undefined ? {} : { threads: new ReadingThreads(entry) }),
      onArchive: (progress) => {
        line?.end();
        line = showProgress({ progress });
      },
    });
  } finally {
    // It is told apart from null only where the compiler sees the call that sets it.
    (line as ProgressLine | null)?.end();
  }
}

/** Says which files grew while they were read: each was read to where it ended when it was opened. */
export function complainOfGrowth({ grown }: InputSet): void {
  for (const { name, bytes } of grown()) {
    complain(`${printable(name)} grew by ${formatBytes(bytes)} while it was read, which is not in this`);
  }
}
