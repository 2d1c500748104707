import { readFileSync } from 'node:fs';
import { parseExceptions } from '../checks/exceptions.ts';
import type { CheckException } from '../model/check.ts';
import type { Json } from '../model/json.ts';
import { printable } from '../text/sanitise.ts';
import { reasonOf } from '../text/system-error.ts';
import { CliError, EXIT } from './exit-code.ts';

/**
 * The exceptions in a JSON file. One that is not understood ends the run before it begins: it was written so that
 * something is not reported, and what it is about would be guessed.
 */
export function readExceptions(path: string): readonly CheckException[] {
  let value: Json;
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (error) {
    throw new CliError(EXIT.input, `cannot read the exceptions ${printable(path)}: ${reasonOf(error)}`);
  }
  const { exceptions, faults } = parseExceptions(value);
  const [first] = faults;
  if (first === undefined) return exceptions;
  const which = first.number === 0 ? '' : `, exception ${first.number}`;
  throw new CliError(EXIT.input, `${printable(path)}${which}: ${printable(first.reason)}`);
}
