import { SourceError } from '../model/observation.ts';
import { reasonOf } from '../text/system-error.ts';

/** The error that says of this path why it cannot be read; its `cause` is the reason alone. */
export function unusable(path: string, error: unknown): SourceError {
  const unusable = new SourceError('input', `${path}: ${reasonOf(error)}`);
  unusable.cause = error;
  return unusable;
}
