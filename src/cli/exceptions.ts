import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseExceptions } from '../checks/exceptions.ts';
import { readText } from '../config/read-text.ts';
import type { CheckException } from '../model/check.ts';
import type { Json } from '../model/json.ts';
import { printable } from '../text/sanitise.ts';
import { CliError, EXIT } from './exit-code.ts';
import { unreadable } from './unreadable.ts';

const YAML = /\.ya?ml$/;

/** `--exceptions`: what is lived with. The command gets what is in the file in place of its path. */
export function withExceptionsFlag(command: Command): Command {
  return command
    .option('--exceptions <file>', 'what is lived with, why and until when (JSON or YAML, docs/exceptions.md)')
    .hook('preAction', async (_, action) => {
      const { exceptions: path } = action.opts<{ readonly exceptions?: string }>();
      if (path !== undefined) action.setOptionValueWithSource('exceptions', await readExceptions(path), 'cli');
    });
}

/**
 * The exceptions in a file. One that is not understood ends the run before it begins: it was written so that something
 * is not reported, and what it is about would be guessed.
 */
async function readExceptions(path: string): Promise<readonly CheckException[]> {
  if (!YAML.test(path)) return exceptionsInJson(path);
  try {
    // Who has no YAML does not wait for its parser.
    return (await import('../checks/exceptions-file.ts')).parseYamlExceptions(readText(path));
  } catch (error) {
    throw unreadable('the exceptions', path, error);
  }
}

function exceptionsInJson(path: string): readonly CheckException[] {
  let value: Json;
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (error) {
    throw unreadable('the exceptions', path, error);
  }
  const { exceptions, faults } = parseExceptions(value);
  const [first] = faults;
  if (first === undefined) return exceptions;
  const which = first.number === 0 ? '' : `, exception ${first.number}`;
  throw new CliError(EXIT.input, `${printable(path)}${which}: ${printable(first.reason)}`);
}
