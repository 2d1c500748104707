import type { HostFact } from '../sources/kernel-facts.ts';
import { ownStatus } from '../sources/proc/processes.ts';
import { NEEDED_LIVE, whyNotDropped } from './rights.ts';

/** For `doctor`: which capabilities a look at this host keeps and what for, and whether all others were dropped. */
export function rightsFacts(): readonly HostFact[] {
  const { capabilities } = ownStatus();
  const kept = Object.entries(NEEDED_LIVE).filter(([name]) => capabilities.includes(name));
  return [
    ...kept.map(([name, why]) => fact(name.replace('cap_', ''), `kept ${why}`)),
    droppedFact(capabilities.filter((name) => !Object.hasOwn(NEEDED_LIVE, name))),
  ];
}

function droppedFact(others: readonly string[]): HostFact {
  const name = 'dropped rights';
  const why = whyNotDropped();
  if (why === null && others.length === 0) return fact(name, 'all other capabilities; no_new_privs is set');
  const lost = `nothing works less; a fault in this program can do more: it keeps ${others.join(', ') || 'no_new_privs unset'}`;
  return { name, needed: false, status: 'limited', found: `not all: ${why ?? 'unknown'}`, lost };
}

function fact(name: string, found: string): HostFact {
  return { name, needed: false, status: 'ok', found, lost: '' };
}
