import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Json } from '../../model/json.ts';
import { append } from '../../text/lists.ts';
import { fail, type LineOf, NodeError, readYaml, textOf } from '../yaml.ts';
import { YamlError } from '../yaml-error.ts';
import { type Field, packOf } from './definition.ts';
import { EXPECTED, expectationOf, givenRow } from './expectation.ts';
import type { CheckTest, Fault, GivenRow, Pack } from './pack.ts';
import { unreadPack } from './pack.ts';
import { splitList } from './split-list.ts';

const TEST_KEYS: readonly string[] = ['name', 'given', 'expect'];

/**
 * Checks in a YAML file: a list `checks` of mappings with the keys of a SQL file's head, the statement as `sql`, and
 * `tests`. `file` is what it is called in what is said of it. Never throws.
 */
export function parseYamlFile(file: string, text: string): Pack {
  try {
    return readYaml(text, (contents, lineOf) => new YamlFile(file, lineOf).pack(contents));
  } catch (error) {
    if (error instanceof YamlError) return unreadPack(file, error.message, error.line);
    throw error;
  }
}

class YamlFile {
  readonly #file: string;
  readonly #line: LineOf;

  constructor(file: string, lineOf: LineOf) {
    this.#file = file;
    this.#line = lineOf;
  }

  pack(contents: unknown): Pack {
    const checks = isMap(contents) ? contents.get('checks', true) : undefined;
    if (!isMap(contents) || !isSeq(checks)) return fail(contents, 'a list `checks` is wanted');
    const other = contents.items.find(({ key }) => textOf(key) !== 'checks');
    if (other !== undefined) fail(other.key, `there is no key ${textOf(other.key)} beside checks`);
    const packs = checks.items.map((item) => this.#check(item));
    return { checks: packs.flatMap((pack) => pack.checks), refused: packs.flatMap((pack) => pack.refused) };
  }

  #check(item: unknown): Pack {
    if (!isMap(item)) return unreadPack(this.#file, 'a check is a mapping of keys', this.#line(item));
    const faults: Fault[] = [];
    const take = <Result>(work: () => Result): Result | undefined => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
        faults.push({ at: { file: this.#file, line: this.#line(error.node) }, reason: error.message });
        return undefined;
      }
    };
    const tests: CheckTest[] = [];
    const fields: Field[] = [];
    for (const { key, value } of item.items) {
      const isTests = isScalar(key) && key.value === 'tests';
      if (!isTests) append(fields, take(() => [this.#field(key, value)]) ?? []);
      else if (!isSeq(value)) take(() => fail(key, 'tests wants a list'));
      else
        append(
          tests,
          value.items.flatMap((test) => take(() => this.#test(test)) ?? []),
        );
    }
    return packOf({ at: { file: this.#file, line: this.#line(item) }, fields, tests, faults });
  }

  #field(key: unknown, value: unknown): Field {
    const name = textOf(key);
    const isList = name === 'needs' || name === 'references';
    if (isSeq(value) && isList) {
      const items = value.items.map((item) => textOf(item));
      return { key: name, line: this.#line(key), text: items.join(', '), items };
    }
    // `needs:` with nothing behind it is an empty list.
    const text = isList && isScalar(value) && value.value === null ? '' : textOf(value, name);
    const line = name === 'sql' || name === 'discovery' ? this.#textLine(value) : this.#line(key);
    return { key: name, line, text, items: splitList(text) };
  }

  #test(item: unknown): CheckTest {
    if (!isMap(item)) fail(item, 'a test is a mapping with name, given and expect');
    const test = item as YAMLMap;
    const unknown = test.items.find(({ key }) => !TEST_KEYS.includes(textOf(key)));
    if (unknown !== undefined) fail(unknown.key, `there is no ${textOf(unknown.key)} in a test`);
    const name = textOf(test.get('name', true) ?? test, 'name').trim();
    if (name === '') fail(item, 'the test has no name');
    const expect = test.get('expect', true);
    const expectation = expect === undefined ? null : expectationOf(textOf(expect, 'expect'));
    if (expectation === null) fail(expect ?? item, `expect ${EXPECTED}`);
    const given = this.#given(test.get('given', true));
    return { name, at: { file: this.#file, line: this.#line(item) }, given, ...expectation };
  }

  #given(node: unknown): CheckTest['given'] {
    if (node === undefined) return {};
    if (!isMap(node)) fail(node, 'given is a mapping of tables to lists of rows');
    const tables = (node as YAMLMap).items.map(({ key, value }): [string, readonly GivenRow[]] => {
      if (!isSeq(value)) fail(key, `${textOf(key)} wants a list of rows`);
      return [textOf(key), value.items.map((row) => this.#row(row))];
    });
    return Object.fromEntries(tables);
  }

  #row(node: unknown): GivenRow {
    if (!isMap(node)) fail(node, 'a row is a mapping of columns to values');
    const cells = (node as YAMLMap).items.map(({ key, value }): [string, Json] => {
      // An alias could stand for more than the file holds.
      if (!isScalar(value)) fail(value ?? key, 'a row is a mapping of columns to plain values');
      return [textOf(key), value.value as Json];
    });
    return givenRow(Object.fromEntries(cells)) ?? fail(node, 'a row is a mapping of columns to plain values');
  }

  /** Where the text of a scalar begins: that of a block is on the line behind its mark. */
  #textLine(node: unknown): number {
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
    return this.#line(node) + (isBlock ? 1 : 0);
  }
}
