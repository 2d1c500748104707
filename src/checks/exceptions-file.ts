import { isSeq } from 'yaml';
import type { CheckException } from '../model/check.ts';
import { parseExceptions } from './exceptions.ts';
import { fail, plainOf, readYaml } from './yaml.ts';

/**
 * The exceptions in a YAML text, which are as {@link parseExceptions} has them, and the line of each. Throws a YamlError
 * with the line of the first that is not understood.
 */
export function parseYamlExceptions(text: string): {
  readonly exceptions: readonly CheckException[];
  readonly lines: readonly number[];
} {
  return readYaml(text, (contents, lineOf) => {
    const { exceptions, faults } = parseExceptions(plainOf(contents));
    const [first] = faults;
    if (first === undefined) return { exceptions, lines: isSeq(contents) ? contents.items.map(lineOf) : [] };
    return fail((isSeq(contents) ? contents.items[first.number - 1] : null) ?? contents, first.reason);
  });
}
