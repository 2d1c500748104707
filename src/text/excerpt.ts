/**
 * A text of its own with the same characters. V8 keeps the whole of a text alive for as long as any part of it that was
 * cut out is used: 200 characters out of a line of a megabyte hold the megabyte.
 */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** A text as it is or, where it is longer than `limit` characters, its start and how long it is. */
export function excerpt(text: string, limit: number): string {
  if (text.length <= limit) return detached(text);
  return `${detached(text.slice(0, limit))}… (first ${limit} of ${text.length} characters)`;
}
