import { isJsonObject, type Json } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { printable } from '../../text/sanitise.ts';
import { proseText } from '../markdown-text.ts';
import type { Level, Message, Properties } from './log.ts';

const LEVELS: { readonly [severity in Severity]: Level } = {
  critical: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
  debug: 'note',
};

export function levelOf(severity: Severity): Level {
  return LEVELS[severity];
}

/**
 * Text from outside as a message. A viewer would make a link of `[a](b)` (3.11.6) and a placeholder of `{0}`
 * (3.11.5): the round bracket is shown as `\x28` there, and braces are doubled, as the standard has it.
 */
export function messageOf(text: string): Message {
  return { text: plainText(text) };
}

/** The same, and as Markdown for those who show it. */
export function formattedMessage(text: string): Message {
  const shown = proseText(text);
  return shown === '' ? messageOf(text) : { text: plainText(text), markdown: withBraces(shown) };
}

function plainText(text: string): string {
  const shown = withBraces(printable(text).replaceAll('](', ']\\x28'));
  // 3.11.8: a message is not empty.
  return shown === '' ? '-' : shown;
}

function withBraces(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

/** A value for a property bag: strings and names in it are made safe to show, as viewers show them. */
export function shownValue(value: Json): Json {
  if (typeof value === 'string') return printable(value);
  if (isJsonObject(value)) return shownObject(value);
  return Array.isArray(value) ? value.map(shownValue) : value;
}

export function shownObject(value: Properties): Properties {
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [printable(name), shownValue(each)]));
}

/** Parts of a name that are put together with `/`, so that different parts never make the same name. */
export function joined(parts: readonly string[]): string {
  return parts.map((part) => printable(part).replace(/[%/]/g, encodeURIComponent)).join('/');
}

/** A file's name as a URI reference (RFC 3986): `file:///a/b` of an absolute path, else relative. */
export function uriOf(path: string): string {
  const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}
