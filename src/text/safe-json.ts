import { UNSAFE } from './sanitise.ts';

/** JSON text that needs no work, which most is. */
const PLAIN = /^[\x20-\x7e\n]*$/;

/**
 * A value as JSON that is safe to show: whatever {@link UNSAFE} has, which JSON.stringify leaves as it is above U+001F, is
 * written as `\uXXXX`. A parser reads the same value (RFC 8259, section 7). `indent` is that of JSON.stringify.
 */
export function safeJson(value: unknown, indent?: number): string {
  return safeJsonText(JSON.stringify(value, null, indent));
}

/** The same for text that is JSON already: only strings can hold what is escaped. */
export function safeJsonText(json: string): string {
  return PLAIN.test(json) ? json : json.replace(UNSAFE, (unsafe) => (unsafe === '\n' ? unsafe : escapeUnits(unsafe)));
}

/** What is above U+FFFF is two units. */
function escapeUnits(text: string): string {
  let escaped = '';
  for (let at = 0; at < text.length; at += 1) {
    escaped += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
