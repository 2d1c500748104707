import type { Source } from '../../model/observation.ts';
import { followInput } from '../follow.ts';
import { auditLogSource } from './file.ts';

export interface TailOptions {
  /** How often the file is looked at, ms. */
  readonly pollMs?: number;
  /** An event that has not grown for so long is over, ms. */
  readonly quietMs?: number;
}

/**
 * An audit log that is being written, from its end on; from its start when it does not exist yet. Its first batch is
 * empty: what is written after that will be seen. Throws `SourceError` when the log is there and cannot be read.
 */
export function tailAuditLog(path: string, options: TailOptions = {}): Source {
  const { pollMs = 250, quietMs } = options;
  return auditLogSource([followInput(path, { from: 'end', pollMs })], quietMs);
}
