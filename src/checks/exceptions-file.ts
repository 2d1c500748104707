import { isSeq } from 'yaml';
import type { CheckException } from '../model/check.ts';
import { parseExceptions } from './exceptions.ts';
import { fail, plainOf, readYaml } from './yaml.ts';

/**
 * The exceptions in a YAML text, which are as {@link parseExceptions} has them. Throws a YamlError with the line of the
 * first that is not understood.
 */
export function parseYamlExceptions(text: string): readonly CheckException[] {
  return readYaml(text, (contents) => {
    const { exceptions, faults } = parseExceptions(plainOf(contents));
    const [first] = faults;
    if (first === undefined) return exceptions;
    return fail((isSeq(contents) ? contents.items[first.number - 1] : null) ?? contents, first.reason);
  });
}
