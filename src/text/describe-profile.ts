import type { ProfileName } from '../model/check.ts';

/** Which profile judged, raw (not sanitised): `default`, or `prod (./prod.yaml)` of one from a file. */
export function describeProfile({ name, file }: ProfileName): string {
  return file === null ? name : `${name} (${file})`;
}
