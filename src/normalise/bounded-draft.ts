import type { EventDraft } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { excerpt } from '../text/excerpt.ts';

/** Characters of one text, and of all texts of an event. The kernel writes records of 8,560 bytes at most. */
const MAX_TEXT = 16 * 1024;
const MAX_TEXTS = 128 * 1024;

/** Values of an event: an EXECVE may tell of as many arguments as the system takes. */
const MAX_VALUES = 4096;

/** What an event holds, in characters and in values; counting ends where either is too much. */
interface Size {
  characters: number;
  values: number;
}

/**
 * The draft or, where it holds more than an event may, one that holds the start of each long text with its length and as
 * many values as there is room for: `details.cut` says how many were left out. Its texts are then its own: they hold no
 * longer text alive, whatever remembers them.
 */
export function boundedDraft<Draft extends EventDraft>(draft: Draft): Draft {
  const size: Size = { characters: 0, values: 0 };
  for (const { text } of draft.evidence) size.characters += text?.length ?? 0;
  measure(draft.details, size);
  return isLarge(size) ? cutDraft(draft) : draft;
}

function isLarge({ characters, values }: Size): boolean {
  return characters > MAX_TEXT || values > MAX_VALUES;
}

function measure(value: Json, size: Size): void {
  size.values += 1;
  if (isLarge(size)) return;
  if (typeof value === 'string') size.characters += value.length;
  else if (Array.isArray(value)) for (const each of value) measure(each, size);
  else if (isJsonObject(value)) {
    for (const key in value) {
      size.characters += key.length;
      measure(value[key] ?? null, size);
    }
  }
}

function cutDraft<Draft extends EventDraft>(draft: Draft): Draft {
  const cutter = new Cutter();
  const details = cutter.object(draft.details);
  const evidence = draft.evidence.map(({ text, ...place }) =>
    text === undefined ? place : { ...place, text: cutter.text(text) },
  );
  const cut = cutter.left === 0 ? {} : { cut: cutter.left };
  return { ...draft, host: excerpt(draft.host, MAX_TEXT), details: { ...details, ...cut }, evidence };
}

class Cutter {
  /** Values that were left out. */
  left = 0;
  #characters = 0;
  #values = 0;

  text(text: string): string {
    const room = Math.max(256, Math.min(MAX_TEXT, MAX_TEXTS - this.#characters));
    const kept = excerpt(text, room);
    this.#characters += kept.length;
    return kept;
  }

  object(object: JsonObject): JsonObject {
    const entries: [string, Json][] = [];
    for (const [key, value] of Object.entries(object))
      if (this.#hasRoom()) entries.push([this.text(key), this.#value(value ?? null)]);
    return Object.fromEntries(entries);
  }

  #value(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.flatMap((each: Json) => (this.#hasRoom() ? [this.#value(each)] : []));
    return isJsonObject(value) ? this.object(value) : value;
  }

  /** Whether one value more may be kept. */
  #hasRoom(): boolean {
    const fits = this.#values < MAX_VALUES && this.#characters < MAX_TEXTS;
    if (fits) this.#values += 1;
    else this.left += 1;
    return fits;
  }
}
