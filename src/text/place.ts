import type { Position } from '../model/event.ts';

/** `/var/log/audit/audit.log:90`, raw; the file alone where no line is known. */
export function placeText({ file, line }: Position): string {
  return line === undefined ? file : `${file}:${line}`;
}
