/** An element of HTML or XML that was read back. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** The text directly in it. */
  readonly text: string;
}

interface Growing extends Element {
  readonly children: Element[];
  text: string;
}

const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)(\/?)>/y;
const TEXT = /[^<>]+/y;
const ENTITIES: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

/**
 * Reads markup that uses so little of the language that every parser of HTML and of XML 1.0 agrees about it:
 * attributes in double quotes, five references, and no angle bracket that is not of a tag. Throws at anything else, at
 * a character that XML forbids, and at tags that do not nest.
 */
export function readMarkup(source: string, voids: readonly string[] = []): Element {
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(source);
  if (forbidden !== null) throw new Error(`a character that is forbidden at ${forbidden.index}`);
  const root: Growing = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  let at = 0;
  while (at < source.length) {
    const top = open.at(-1) ?? root;
    TEXT.lastIndex = at;
    const text = TEXT.exec(source)?.[0];
    if (text !== undefined) {
      top.text += decoded(text);
      at += text.length;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(source);
    if (tag === null) throw new Error(`no tag: ${source.slice(at, at + 60)}`);
    const [whole, slash, name = '', attributes = '', empty] = tag;
    at += whole.length;
    if (slash === '/') {
      if (name !== top.name) throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
      continue;
    }
    const element: Growing = { name, attributes: attributesOf(attributes), children: [], text: '' };
    top.children.push(element);
    if (empty !== '/' && !voids.includes(name)) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0) throw new Error('not one root');
  return only;
}

/** All elements, an element before those in it. */
export function elementsOf(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(elementsOf)];
}

/** The names of all elements and of their attributes, as they nest. */
export function skeleton({ name, attributes, children }: Element): string {
  return `${name}[${[...attributes.keys()]}](${children.map(skeleton).join()})`;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
    if (found.has(name)) throw new Error(`${name} twice`);
    found.set(name, decoded(value));
  }
  return found;
}

function decoded(text: string): string {
  return text.replace(/&([^;&]{0,6};?)/g, (whole, reference: string) => {
    const character = reference.endsWith(';') ? ENTITIES[reference.slice(0, -1)] : undefined;
    if (character === undefined) throw new Error(`no reference: ${whole}`);
    return character;
  });
}
