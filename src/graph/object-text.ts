import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { formatCount, plural } from '../text/units.ts';
import type { Facts, GraphNode, NodeKind } from './graph.ts';

/** Capabilities that are named; of more it is said how many. A process with all has 41. */
const NAMED_CAPABILITIES = 6;

const DETAILS: { readonly [kind in NodeKind]?: (facts: Facts) => readonly string[] } = {
  program: (facts) => [...text('tag ', facts.tag), ...loading(facts)],
  map: (facts) => [
    ...bytes('keys', facts.keySize),
    ...bytes('values', facts.valueSize),
    ...(typeof facts.maxEntries === 'number' ? [plural(facts.maxEntries, 'entry', 'entries')] : []),
    ...(facts.frozen === true ? ['frozen'] : []),
    ...text('stands for ', facts.kernelStruct),
  ],
  process: (facts) => [...text('', facts.exe), ...number('uid ', facts.uid), ...capabilities(facts.capabilities)],
};

/** What an object is, in parts that are sanitised; and that it is not listed, or could not be. */
export function objectParts({ kind, label, listing, facts }: GraphNode): readonly string[] {
  return [
    printable(label),
    ...(DETAILS[kind]?.(facts) ?? []),
    ...(listing === 'unlisted' ? ['UNLISTED'] : []),
    ...(listing === 'not-looked-at' ? ['not looked at'] : []),
  ];
}

/** `loaded 2026-11-23T15:38:18Z by uid 0`: bpftool gives whole seconds. */
function loading({ loadedAt, uid }: Facts): readonly string[] {
  const parts = [
    ...(typeof loadedAt === 'number' ? [`${formatTime(loadedAt).slice(0, 19)}Z`] : []),
    ...number('by uid ', uid),
  ];
  return parts.length === 0 ? [] : [`loaded ${parts.join(' ')}`];
}

function text(before: string, value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [printable(before + value)] : [];
}

function number(before: string, value: unknown): readonly string[] {
  return typeof value === 'number' ? [`${before}${value}`] : [];
}

function bytes(what: string, value: unknown): readonly string[] {
  return typeof value === 'number' ? [`${what} of ${formatCount(value)} B`] : [];
}

function capabilities(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  if (value.length > NAMED_CAPABILITIES) return [plural(value.length, 'capability', 'capabilities')];
  return value.map((name) => printable(String(name)));
}
