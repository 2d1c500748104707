import { printable } from '../text/sanitise.ts';

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Not characters of XML 1.0 (section 2.2), and not made visible by `printable`. */
const NOT_XML = /[\ufffe\uffff]/g;

/**
 * Text from outside for HTML and XML 1.0, as content and inside a quoted attribute value: on one line, what is unsafe
 * to show is visible, and no character is left that XML forbids, in itself or as a reference.
 */
export function escapeMarkup(text: string): string {
  return printable(text)
    .replace(NOT_XML, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Markup of our own, made by {@link markup}: every string from outside in it is escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: strings are escaped, markup and lists of it stand as they are. */
export type Part = string | number | Markup | readonly Markup[];

/** A template tag: `` markup`<td title="${name}">${name}</td>` ``. Attribute values must be quoted. */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(literals.map((literal, index) => `${literal}${shown(parts[index])}`).join(''));
}

function shown(part: Part | undefined): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return part === undefined ? '' : escapeMarkup(String(part));
}
