import { FollowedFile, inodeOf } from './follow-file.ts';

/** Rotated files looked through for the one we were reading: as many as auditd keeps at most (`num_logs`). */
const MAX_ROTATED = 999;

/**
 * The files to read once `file` is done: none while it still is the log; else, oldest first, those that took its
 * place. Rotation renames audit.log to audit.log.1 and so on, so what came between stands below our old file's number.
 */
export async function filesAfter(file: FollowedFile, path: string): Promise<FollowedFile[]> {
  const current = await inodeOf(path);
  // Between the rename and the new file there is no log for a moment.
  if (current === null || file.is(current)) return [];
  const between: string[] = [];
  for (let number = 1; number <= MAX_ROTATED; number += 1) {
    const inode = await inodeOf(`${path}.${number}`);
    if (inode !== null && file.is(inode)) break;
    if (inode === null) {
      between.length = 0;
      break;
    }
    between.unshift(`${path}.${number}`);
  }
  const files: FollowedFile[] = [];
  for (const each of [...between, path]) {
    const opened = await FollowedFile.open(each, 'start');
    if (opened !== null) files.push(opened);
  }
  return files;
}
