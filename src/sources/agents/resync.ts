import { CLOSE, CLOSE_LIST, isBetween, QUOTE } from './json-codes.ts';
import type { TextWindow } from './text-window.ts';

/** Lists something that could not be read, at the start of its line. */
export type Refuse = (place: { readonly line: number; readonly offset: number }, reason: string, text: string) => void;

/** Finds the line where reading goes on after something that could not be read. */
export class Resync {
  readonly #window: TextWindow;
  readonly #refuse: Refuse;
  /** The object that was given up, until it is known what it cost. */
  #fault: { readonly place: TextWindow['place']; readonly reason: string; readonly text: string } | null = null;
  #dropsLine = false;

  constructor(window: TextWindow, refuse: Refuse) {
    this.#window = window;
    this.#refuse = refuse;
  }

  /** Lets go of the rest of the line. */
  dropLine(): void {
    this.#dropsLine = true;
  }

  /** Lets go of the object that began at `place`: the rest of the line, and lines that look like the inside of one. */
  dropObject(place: TextWindow['place'], reason: string, text: string): void {
    this.#fault = { place, reason, text };
    this.#dropsLine = true;
  }

  /** Goes on to where reading can go on; false when that is not there yet. */
  done(): boolean {
    const window = this.#window;
    while (this.#dropsLine || this.#fault !== null) {
      if (this.#dropsLine) {
        const { hasLineEnd } = window;
        window.moveTo(hasLineEnd ? window.lineEnd + 1 : window.text.length);
        if (!hasLineEnd) return false;
        this.#dropsLine = false;
      }
      if (window.ended) return false;
      this.#dropsLine = this.#fault !== null && isInside(window.text.charCodeAt(window.at));
      if (!this.#dropsLine) this.settle();
    }
    return true;
  }

  /** Lists the object that was given up, if any, with the lines that it cost. */
  settle(): void {
    if (this.#fault === null) return;
    const { place, reason, text } = this.#fault;
    const { line } = this.#window.place;
    const last = this.#window.ended ? Math.min(line, this.#window.lines) : line - 1;
    const cost = last > place.line ? `; lines ${place.line} to ${last} are left out` : '';
    this.#refuse(place, `${reason}${cost}`, text);
    this.#fault = null;
  }
}

/** A line that begins like this is inside an object that was printed over many lines. */
function isInside(code: number): boolean {
  return isBetween(code) || code === QUOTE || code === CLOSE_LIST || code === CLOSE;
}
