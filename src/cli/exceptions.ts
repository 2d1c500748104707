import type { Command } from 'commander';
import { objectFault, parseExceptions } from '../checks/exceptions.ts';
import { readText } from '../config/read-text.ts';
import type { CheckDefinition, CheckException } from '../model/check.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { MAX_DEPTH, nestsWithin } from '../text/json-depth.ts';
import { placeText } from '../text/place.ts';
import { printable } from '../text/sanitise.ts';
import { existingPath } from './existing-path.ts';
import { CliError, EXIT } from './exit-code.ts';
import { warnIfNotTrusted } from './trust.ts';
import { unreadable } from './unreadable.ts';

const YAML = /\.ya?ml$/;

/** The exceptions of a file, and where in it each stands, raw: to be named when one turns out to be wrong. */
export interface GivenExceptions {
  readonly list: readonly CheckException[];
  readonly places: readonly string[];
}

/** `--exceptions`: what is lived with. The command gets what is in the file in place of its path. */
export function withExceptionsFlag(command: Command): Command {
  return command
    .option(
      '--exceptions <file>',
      'what is lived with, why and until when (JSON or YAML, docs/exceptions.md)',
      existingPath,
    )
    .hook('preAction', async (_, action) => {
      const { exceptions: path } = action.opts<{ readonly exceptions?: string }>();
      if (path !== undefined) action.setOptionValueWithSource('exceptions', await readExceptions(path), 'cli');
    });
}

/**
 * The exceptions in a file. One that is not understood ends the run before it begins: it was written so that something
 * is not reported, and what it is about would be guessed.
 */
async function readExceptions(path: string): Promise<GivenExceptions> {
  warnIfNotTrusted('the exceptions', [path]);
  if (!YAML.test(path)) return exceptionsInJson(path);
  try {
    // Who has no YAML does not wait for its parser.
    const { parseYamlExceptions } = await import('../checks/exceptions-file.ts');
    const { exceptions, lines } = parseYamlExceptions(readText(path));
    return { list: exceptions, places: lines.map((line) => placeText({ file: path, line })) };
  } catch (error) {
    throw unreadable('the exceptions', path, error);
  }
}

function exceptionsInJson(path: string): GivenExceptions {
  let value: Json;
  try {
    value = JSON.parse(readText(path)) as Json;
  } catch (error) {
    throw unreadable('the exceptions', path, error);
  }
  if (!nestsWithin(value, MAX_DEPTH)) throw refused(path, `it is nested too deeply: more than ${MAX_DEPTH} levels`);
  const { exceptions, faults } = parseExceptions(value);
  const [first] = faults;
  if (first !== undefined) {
    throw refused(first.number === 0 ? path : numbered(path, first.number), first.reason);
  }
  return { list: exceptions, places: exceptions.map((_, index) => numbered(path, index + 1)) };
}

/** JSON has no lines for us: the exceptions are counted. */
function numbered(path: string, number: number): string {
  return `${path}, exception ${number}`;
}

function refused(place: string, reason: string): CliError {
  return new CliError(EXIT.input, `${printable(place)}: ${printable(reason)}`);
}

/**
 * Ends the run where an exception names a check that is not there, or something that the rows of its check do not have:
 * it would except nothing, and nobody would learn of it. `entry` is the file that threads are started from.
 */
export async function refuseUnknown(
  { list, places }: GivenExceptions,
  checks: readonly CheckDefinition[],
  entry: URL,
): Promise<void> {
  const thread = new QueryThread(entry);
  try {
    list.forEach(({ check, object }, index) => {
      const definition = checks.find(({ id }) => id === check);
      const fault =
        definition === undefined
          ? `there is no check ${check}: bpfwitness checks list names those there are`
          : faultOf(object, definition, thread);
      if (fault !== null) throw refused(places[index] ?? '', fault);
    });
  } finally {
    await thread.stop();
  }
}

function faultOf(object: JsonObject, { sql, refused: isRefused }: CheckDefinition, thread: QueryThread): string | null {
  // Most name what every row has, and nobody has to wait for a thread then.
  if (objectFault(object, []) === null || isRefused !== undefined) return null;
  return objectFault(object, thread.examine(sql));
}
