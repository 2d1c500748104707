import type { Json, JsonObject } from '../../model/json.ts';
import { asObject } from '../decode-value.ts';

/** The value at a path of keys: `inside(value, 'process', 'pod', 'name')`; undefined where there is none. */
export function inside(value: JsonObject, ...keys: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of keys) {
    const object = asObject(here);
    if (object === null || !Object.hasOwn(object, key)) return undefined;
    here = object[key];
  }
  return here;
}
