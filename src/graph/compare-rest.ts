import type { Inventory, KernelHook } from '../model/inventory.ts';
import type { Process, Section } from '../model/snapshot.ts';
import { type BothIdentities, changes, key } from './compare-objects.ts';
import type { Change } from './comparison.ts';
import type { Identities } from './identity.ts';
import { matchObjects } from './match.ts';

/** Paths at which something is pinned now that was not, or no longer, or something else. */
export function comparePins({ before, after }: BothIdentities): readonly Change[] {
  const matched = matchObjects(before.pins, after.pins, {
    identities: [({ path, what }) => key(path, what), ({ path }) => path],
    facts: ({ what }) => ({ object: what }),
  });
  return changes('pin', matched, ({ path, what }) => `pin ${path} of ${what}`);
}

interface Holder {
  readonly process: Process;
  readonly by: Identities;
}

/**
 * Processes that hold BPF objects now and did not, or no longer, or others. `identity` tells what is one process;
 * without it, one of the same executable is.
 */
export function compareHolders(
  before: Inventory,
  after: Inventory,
  by: BothIdentities,
  compared: readonly Section[],
  identity?: (process: Process) => string,
): readonly Change[] {
  if (!compared.includes('processes')) return [];
  const holders = (inventory: Inventory, identities: Identities): readonly Holder[] =>
    inventory.processes.map((process) => ({ process, by: identities }));
  const of = identity ?? nameOf;
  const held = ({ process, by: identities }: Holder) => identities.heldBy(process).join(', ');
  // Within a boot a change of capabilities is an event already.
  const capabilities = ({ capabilities }: Process) =>
    identity === undefined ? capabilities.join(' ') || 'none' : null;
  const matched = matchObjects(holders(before, by.before), holders(after, by.after), {
    identities: [
      (holder) => key(of(holder.process), holder.process.uid, capabilities(holder.process), held(holder)),
      ({ process }) => of(process),
    ],
    facts: (holder) => ({
      uid: holder.process.uid,
      capabilities: capabilities(holder.process),
      holds: held(holder) || 'nothing',
    }),
  });
  const along = (holder: Holder) => (held(holder) === '' ? '' : `, with ${held(holder)}`);
  return changes('process', matched, ({ process }) => `process ${nameOf(process)}`, along);
}

/** Kernel settings and auditing with another value. One that could not be read at either moment is not compared. */
export function compareHost(before: Inventory, after: Inventory, compared: readonly Section[]): readonly Change[] {
  const settings = ({ settings, audit }: Inventory) => [
    ...(compared.includes('settings') ? Object.entries(settings).map(([name, value]) => ({ name, value })) : []),
    ...(compared.includes('audit') && audit !== null ? [{ name: 'audit_enabled', value: String(audit.enabled) }] : []),
  ];
  const matched = matchObjects(settings(before), settings(after), {
    identities: [({ name }) => name],
    facts: ({ value }) => ({ value }),
  });
  return changes('setting', { ...matched, gone: [], added: [] }, ({ name }) => `setting ${name}`);
}

/** What is there or is not, and what is said of it. */
interface HostPart {
  readonly name: string;
  readonly value: string;
}

const SHOWN_BY: { readonly [view in KernelHook['view']]: Section } = {
  enabled_functions: 'function-hooks',
  kprobe_events: 'probe-events',
  uprobe_events: 'probe-events',
  dynamic_events: 'probe-events',
};

/** Audit rules, BPF file systems, settings of the next boot and readers of raw frames that came, went or are others. */
export function compareHostParts(before: Inventory, after: Inventory, compared: readonly Section[]): readonly Change[] {
  const parts = ({ auditRules, mounts, persisted, packetSockets, kernelHooks }: Inventory): readonly HostPart[] => [
    ...only(compared, 'audit-rules', auditRules).map((text) => ({ name: `audit rule ${text}`, value: '' })),
    ...only(compared, 'mounts', mounts).map(({ path, options, mode }) => ({
      name: `BPF file system ${path}`,
      value: `${options.join(',')} ${mode === null ? '' : mode.toString(8)}`.trim(),
    })),
    ...only(compared, 'sysctl-files', persisted).map(({ name, value }) => ({
      name: `setting ${name} of the next boot`,
      value,
    })),
    ...only(compared, 'packet-sockets', packetSockets)
      .filter(({ netns }) => netns === undefined || compared.includes('all-packet-sockets'))
      .map(({ holder, netns }) => ({
        name: `packet socket of ${holder?.exe ?? holder?.comm ?? 'nobody who is seen'}${netns === undefined ? '' : ` in network namespace ${netns}`}`,
        value: '',
      })),
    // Those of BPF are told as its attachments.
    ...kernelHooks
      .filter(({ view, owner }) => compared.includes(SHOWN_BY[view]) && owner !== 'bpf')
      .map(({ target, handler }) => ({
        name: `hook at ${target} (${handler === '' ? 'of somebody' : handler})`,
        value: '',
      })),
  ];
  const matched = matchObjects(parts(before), parts(after), {
    identities: [({ name, value }) => key(name, value), ({ name }) => name],
    facts: ({ value }) => ({ value }),
  });
  return changes('host', matched, ({ name }) => name);
}

function only<Part>(compared: readonly Section[], section: Section, parts: readonly Part[]): readonly Part[] {
  return compared.includes(section) ? parts : [];
}

function nameOf({ exe, comm }: Process): string {
  return exe ?? comm;
}
