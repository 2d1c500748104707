import type { SpelledLine } from '../../normalise/audit/spelling/spelling.ts';

/** What stands on a further line of a message. */
export const FURTHER: SpelledLine = { kind: 'other', shape: 'log', boot: false };

/**
 * Tells which lines of a journal go on with the message before them: journalctl indents those, and whoever wrote the
 * message chose what they say, be it a record of the kernel.
 */
export class MessageLines {
  /** Blanks before the last line that began a message. */
  #indent = Number.POSITIVE_INFINITY;

  goesOn(text: string): boolean {
    return indentOf(text) > this.#indent;
  }

  /** A line that {@link goesOn} was not said of, and what it is. */
  note(text: string, spelled: SpelledLine): void {
    const isLog = spelled.kind === 'other' ? spelled.shape === 'log' : 'log' in spelled && spelled.log?.shape === 'log';
    if (isLog) this.#indent = indentOf(text);
  }
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
