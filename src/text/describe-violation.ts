import type { Violation } from '../model/check.ts';

/** One line about a violation, raw (not sanitised): `app_config (map 405) is not frozen`. */
export function describeViolation({ objectKind, objectId, objectName, message }: Violation): string {
  if (objectId === null) return `${objectName === '' ? objectKind : objectName} ${message}`;
  const object = `${objectKind} ${objectId}`;
  return `${objectName === '' ? object : `${objectName} (${object})`} ${message}`;
}
