import type { Attachment, BpfMap, Inventory, Program } from '../model/inventory.ts';
import type { Process, Section } from '../model/snapshot.ts';
import { mapOf, placeText } from './describe.ts';
import { type KnownNames, namedTarget } from './function-names.ts';

/** The kernel keeps so much of a name; bpftool 6.7 and later take a longer one from BTF (libbpf/bpftool 61833a2). */
const KERNEL_NAME = 15;

/** What the objects of an inventory are, apart from ids, inode numbers and addresses: those are others after a boot. */
export interface Identities {
  program(program: Program): string;
  map(map: BpfMap): string;
  /** The program of an attachment: `watch (xdp, tag a04f5eef06a7f555)`, or that it is not listed; empty where there is none. */
  programOf(attachment: Attachment): string;
  target(attachment: Attachment): string;
  /** Where a program is attached, of the sections that are compared. */
  targetsOf(program: Program): readonly string[];
  /** What a process holds, sorted, a line each. */
  heldBy(process: Process): readonly string[];
  /** The objects that are pinned at a path or more. */
  readonly pins: readonly { readonly path: string; readonly what: string }[];
}

export function identitiesOf(inventory: Inventory, compared: readonly Section[], names: KnownNames): Identities {
  const programs = new Map(inventory.programs.map((program) => [program.id, program]));
  const maps = new Map(inventory.maps.map((map) => [map.id, map]));
  const attachments = inventory.attachments.filter(({ section }) => compared.includes(section));
  const mapName = (id: number): string => {
    const map = maps.get(id);
    return map === undefined ? 'a map that is not listed' : mapIdentity(map);
  };
  const programName = (id: number): string => {
    const program = programs.get(id);
    return program === undefined ? 'a program that is not listed' : programIdentity(program);
  };
  const target = (attachment: Attachment): string => lastingTarget(attachment, mapName, names);
  const places = new Map<number | null, string[]>();
  for (const attachment of attachments) {
    const place = placeText(attachment.type, target(attachment));
    const known = places.get(attachment.programId);
    if (known === undefined) places.set(attachment.programId, [place]);
    else known.push(place);
  }
  const pinsOf = (objects: readonly { readonly pinned: readonly string[] }[], what: readonly string[]) =>
    objects.flatMap(({ pinned }, index) => pinned.map((path) => ({ path, what: what[index] ?? '' })));
  return {
    program: programIdentity,
    map: mapIdentity,
    programOf: ({ programId }) => (programId === null ? '' : programName(programId)),
    target,
    targetsOf: ({ id }) => [...(places.get(id) ?? [])].sort(),
    heldBy: ({ programIds, mapIds }) =>
      [...programIds.map((id) => `program ${programName(id)}`), ...mapIds.map((id) => `map ${mapName(id)}`)].sort(),
    pins: [
      ...(compared.includes('programs')
        ? pinsOf(
            inventory.programs,
            inventory.programs.map((each) => `program ${programIdentity(each)}`),
          )
        : []),
      ...(compared.includes('maps')
        ? pinsOf(
            inventory.maps,
            inventory.maps.map((each) => `map ${mapIdentity(each)}`),
          )
        : []),
    ],
  };
}

/** The part of a name that every bpftool shows. */
export function kernelName(name: string): string {
  return name.slice(0, KERNEL_NAME);
}

function programIdentity({ type, name, tag }: Program): string {
  return named(name, [type, tag === '' ? '' : `tag ${tag}`]);
}

function mapIdentity({ type, name }: BpfMap): string {
  return named(name, [type]);
}

/** `watch (xdp, tag a04f5eef06a7f555)`. */
function named(name: string, facts: readonly string[]): string {
  const known = facts.filter((fact) => fact !== '').join(', ');
  return [kernelName(name), known === '' ? '' : `(${known})`].filter((part) => part !== '').join(' ');
}

/** The target without what is another number after each boot. */
function lastingTarget(attachment: Attachment, mapName: (id: number) => string, names: KnownNames): string {
  const target = namedTarget(attachment, names);
  const mapId = mapOf(attachment);
  if (mapId !== null && target.startsWith(`map ${mapId}`))
    return target.replace(`map ${mapId}`, `map ${mapName(mapId)}`);
  return target
    .replace(/^(cgroup|netns) (\d+|net:\[\d+\])(?= |$)/, '$1')
    .replace(/^btf (?!1\/)[^ ]+/, 'btf')
    .replace(/^(0x[0-9a-f]{8,}|\d{15,})/, 'address');
}
