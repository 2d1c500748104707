/** Characters of the shortest text that V8 keeps as a part of another (SlicedString::kMinLength, ConsString::kMinLength). */
const SHORTEST_PART = 13;

/**
 * A text of its own with the same characters. V8 keeps the whole of a text alive for as long as any part of it that was
 * cut out is used: 200 characters out of a line of a megabyte hold the megabyte.
 */
export function detached(text: string): string {
  // One that is shorter is never a part of another, and the rest takes microseconds.
  if (text.length < SHORTEST_PART) return text;
  return JSON.parse(JSON.stringify(text)) as string;
}

/** A text as it is or, where it is longer than `limit` characters, its start and how long it is. */
export function excerpt(text: string, limit: number): string {
  if (text.length <= limit) return detached(text);
  return `${detached(text.slice(0, limit))}… (first ${limit} of ${text.length} characters)`;
}
