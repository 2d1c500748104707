import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Json } from '../model/json.ts';
import { YamlError } from './yaml-error.ts';

/** Characters of a text that is read: a person wrote it. */
const MAX_TEXT = 256 * 1024;

const TOO_DEEP = 'it is nested too deeply';

/** Something is not as it has to be; told with the line of the node that it is about. */
export class NodeError extends Error {
  readonly node: unknown;
  constructor(node: unknown, message: string) {
    super(message);
    this.node = node;
  }
}

/** The line that a node begins in. */
export type LineOf = (node: unknown) => number;

/**
 * What `read` makes of a YAML text, of which it gets the node at the top. Throws a YamlError for what is no YAML, a key
 * that is given twice included, and where `read` says that something is wrong with a node.
 */
export function readYaml<Result>(text: string, read: (contents: unknown, lineOf: LineOf) => Result): Result {
  // The parser takes some 10 us and a kilobyte for each of a million things that are wrong, and stops at none.
  if (text.length > MAX_TEXT) throw new YamlError(`it is longer than ${MAX_TEXT / 1024} Ki characters: split it`);
  const lines = new LineCounter();
  const lineOf: LineOf = (node) => {
    const start = (node as Node | null)?.range?.[0];
    return start === undefined ? 1 : lines.linePos(start).line;
  };
  try {
    // Core schema: no dates, no merge keys, no types of its own.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem === undefined) return read(document.contents, lineOf);
    if (problem.code === 'RESOURCE_EXHAUSTION') throw new YamlError(TOO_DEEP);
    const [reason = ''] = problem.message.split('\n');
    throw new YamlError(`it is no YAML: ${reason}`, lines.linePos(problem.pos[0]).line || 1);
  } catch (error) {
    if (error instanceof NodeError) throw new YamlError(error.message, lineOf(error.node));
    if (error instanceof YamlError) throw error;
    // Nesting beyond what the stack holds of who walks what the parser gives.
    if (error instanceof RangeError) throw new YamlError(TOO_DEEP);
    throw new YamlError(`it is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Says that something is wrong with a node. */
export function fail(node: unknown, reason: string): never {
  throw new NodeError(node, reason);
}

/** The text that a node is; `key` is what it is called where it is none. */
export function textOf(node: unknown, key = 'this'): string {
  if (isScalar(node) && typeof node.value === 'string') return node.value;
  return fail(node, `${key} wants text${isScalar(node) ? ': put it in quotes' : ''}`);
}

/** One key of a mapping, with what stands behind it. */
export interface YamlEntry {
  readonly key: unknown;
  readonly name: string;
  readonly value: unknown;
}

/** The keys of a mapping in their order; `what` says what is wanted where it is none. Nothing at all has no keys. */
export function entriesOf(node: unknown, what: string): readonly YamlEntry[] {
  if (node === undefined) return [];
  if (!isMap(node)) return fail(node, what);
  return node.items.map(({ key, value }) => ({ key, name: textOf(key), value }));
}

/** A node as JSON would have it. Aliases are refused: a few of them could stand for more than memory holds. */
export function plainOf(node: unknown): Json {
  if (isMap(node)) return Object.fromEntries(entriesOf(node, '').map(({ name, value }) => [name, plainOf(value)]));
  if (isSeq(node)) return node.items.map(plainOf);
  if (isAlias(node)) return fail(node, 'aliases are not read: write it out');
  const value = isScalar(node) ? node.value : null;
  // 0012 and 12e3 may be meant as texts, such as the tag of a program.
  if (typeof value === 'number' && isScalar(node) && String(value) !== node.source) {
    return fail(node, `${node.source} would be the number ${value}: put it in quotes`);
  }
  return value as Json;
}
