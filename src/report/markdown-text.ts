import { printable } from '../text/sanitise.ts';

/**
 * A word that no Markdown processor makes anything of: letters, or a number, with what stands around words in a
 * sentence. Links, mentions (`@x`), references (`#1`, `GH-1`), emoji (`:x:`), HTML, entities, emphasis and lists (`1.`)
 * all need more.
 */
const PLAIN_WORD = /^[("]*(?:\p{L}+(?:['’-]\p{L}+)*[)"]*(?:[.,;:!?][)"]*)?|\d{1,6}[,;]?)$/u;

/** GitHub makes a link of what may be the id of a commit. */
const COMMIT = /[0-9a-f]{7}/i;

/**
 * Text from outside as a code span (CommonMark 0.31, 6.1), in which nothing is markup. A `|` is shown as `\x7c`:
 * whether a backslash before it counts differs between processors when other backslashes stand before that (GFM, 4.10).
 */
export function codeSpan(text: string): string {
  const shown = printable(text).replaceAll('|', '\\x7c');
  if (shown === '') return '';
  const runs: readonly string[] = shown.match(/`+/g) ?? [];
  let fence = '`';
  while (runs.includes(fence)) fence += '`';
  const needsRoom = /[^ ]/.test(shown) && /^[` ]|[` ]$/.test(shown);
  return needsRoom ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/**
 * A sentence from outside as inline Markdown. Words stand as they are; whatever else there is (options, paths,
 * addresses, and with them everything that could be markup) stands in code spans.
 */
export function proseText(text: string): string {
  const parts: string[] = [];
  let odd: string[] = [];
  const flush = (): void => {
    if (odd.length > 0) parts.push(oddText(odd.join(' ')));
    odd = [];
  };
  for (const word of printable(text).split(' ')) {
    if (word === '') continue;
    if (PLAIN_WORD.test(word) && !COMMIT.test(word)) {
      flush();
      parts.push(word);
    } else odd.push(word);
  }
  flush();
  return parts.join(' ');
}

/** A code span, after which the punctuation of the sentence goes on: `bpf(2)`, and `4047`) of `(program 4047)`. */
function oddText(text: string): string {
  let end = text.length - (/(?<![.,;:)])[.,;:)]+$/.exec(text)?.[0].length ?? 0);
  const before = text.slice(0, end);
  let open = before.split('(').length - before.split(')').length;
  // A bracket that is opened in it is closed in it.
  for (; open > 0 && text[end] === ')'; open -= 1) end += 1;
  return end === 0 ? codeSpan(text) : `${codeSpan(text.slice(0, end))}${text.slice(end)}`;
}
