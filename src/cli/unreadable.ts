import { YamlError } from '../checks/yaml-error.ts';
import { placeText } from '../text/place.ts';
import { printable } from '../text/sanitise.ts';
import { reasonOf } from '../text/system-error.ts';
import { CliError, EXIT } from './exit-code.ts';

/** What ends a run whose `what` (the profile, the exceptions) cannot be read from a file, or not be understood. */
export function unreadable(what: string, file: string, error: unknown): CliError {
  if (!(error instanceof YamlError)) {
    return new CliError(EXIT.input, `cannot read ${what} ${printable(file)}: ${reasonOf(error)}`);
  }
  const place = placeText(error.line === undefined ? { file } : { file, line: error.line });
  return new CliError(EXIT.input, `${printable(place)}: ${printable(error.message)}`);
}
