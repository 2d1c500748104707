import type { Json, JsonObject } from '../model/json.ts';
import type { BpfMountElsewhere, PinElsewhere, Snapshot } from '../model/snapshot.ts';
import { asTexts } from './decode-value.ts';

/** How a mount namespace is named: as links in /proc name one (namespaces(7)). */
export function mntnsText({ namespace }: Pick<BpfMountElsewhere, 'namespace'>): string {
  return `mnt:[${namespace}]`;
}

/**
 * Adds to `pinned` of an object, as `bpftool -f` prints it, what is pinned in mount namespaces that bpftool did not see:
 * `/run/x/prog in mnt:[4026532177]`.
 */
export function pinsElsewhere({
  mountsElsewhere,
}: Snapshot): (kind: PinElsewhere['kind'], raw: JsonObject) => JsonObject {
  const paths = new Map<string, string[]>();
  for (const mount of mountsElsewhere?.list ?? []) {
    for (const { kind, id, path } of mount.pins ?? []) {
      const key = `${kind} ${id}`;
      paths.set(key, [...(paths.get(key) ?? []), `${path} in ${mntnsText(mount)}`]);
    }
  }
  return (kind, raw) => {
    const more: readonly Json[] = paths.get(`${kind} ${raw.id}`) ?? [];
    return more.length === 0 ? raw : { ...raw, pinned: [...asTexts(raw.pinned), ...more] };
  };
}
