import type { Json, JsonObject } from '../model/json.ts';

/** Ids, sizes and counts as bpftool prints them: kernel u32, so anything past that is not one. */
const U32_MAX = 0xffff_ffff;

/** The object itself, or null for any other value. */
export function asObject(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The elements of an array; of any other value none. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The objects among the elements of an array. */
export function asObjects(value: Json | undefined): readonly JsonObject[] {
  return asArray(value).flatMap<JsonObject>((element) => asObject(element) ?? []);
}

/** An id of a program, map or link: 1 and up, also when it was written as text; null for anything else. */
export function asId(value: Json | undefined): number | null {
  const id = asCount(value);
  return id !== null && id >= 1 && id <= U32_MAX ? id : null;
}

/** A whole number from 0 to 2^53, also when it was written as text; null for anything else. */
export function asCount(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Text as it is, a number as its digits; null for anything else. */
export function asText(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** The texts among the elements of an array. */
export function asTexts(value: Json | undefined): readonly string[] {
  return asArray(value).flatMap((element) => asText(element) ?? []);
}

/** The ids among the elements of an array, ascending, each once. */
export function asIds(value: Json | undefined): readonly number[] {
  const ids = asArray(value).flatMap((element) => asId(element) ?? []);
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** The start of a value as JSON, for a sentence about it. */
export function excerpt(value: Json | undefined): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 120);
}
