import { readFileSync } from 'node:fs';
import { execute, prctl, setCapabilities } from './libc.ts';

/** Capabilities by their bit (include/uapi/linux/capability.h): those that some command needs. */
export const CAPABILITY = {
  cap_dac_override: 1,
  cap_dac_read_search: 2,
  cap_net_admin: 12,
  cap_sys_ptrace: 19,
  cap_sys_admin: 21,
  cap_audit_control: 30,
  cap_syslog: 34,
} as const;

export type CapabilityName = keyof typeof CAPABILITY;

// include/uapi/linux/prctl.h and securebits.h.
const PR_CAPBSET_DROP = 24;
const PR_GET_SECUREBITS = 27;
const PR_SET_SECUREBITS = 28;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;
const SECBIT_NOROOT = 0b11;

/**
 * Leaves this process with no more than these capabilities, and with no_new_privs, so that neither it nor what it runs
 * gets others. Capabilities belong to a thread, and the runtime has several before our first line runs: where something
 * is dropped, this thread drops it and then starts the program anew, with `args`, which ends the others; in the new
 * process nothing is left to drop. Being root no longer gives all of them to a program that is run (SECBIT_NOROOT): it
 * gets these as ambient ones (capabilities(7)).
 *
 * @throws SystemCallError where the kernel refuses. Threads then keep what they had.
 */
export function keepOnly(names: readonly CapabilityName[], program: string, args: readonly Uint8Array[]): void {
  prctl('PR_SET_NO_NEW_PRIVS', PR_SET_NO_NEW_PRIVS, 1);
  const wanted = names.reduce((mask, name) => mask | (1n << BigInt(CAPABILITY[name])), 0n);
  const had = maskOf('CapPrm');
  const kept = had & wanted;
  if (kept !== had) {
    prctl('PR_SET_SECUREBITS', PR_SET_SECUREBITS, prctl('PR_GET_SECUREBITS', PR_GET_SECUREBITS) | SECBIT_NOROOT);
    for (const bit of bitsOf(maskOf('CapBnd') & ~kept)) prctl('PR_CAPBSET_DROP', PR_CAPBSET_DROP, bit);
    setCapabilities(kept);
    for (const bit of bitsOf(kept)) prctl('PR_CAP_AMBIENT', PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit);
  }
  if (kept !== had) execute(program, args, splitAtNul(readFileSync('/proc/self/environ')));
}

/** A mask that the kernel tells of this thread (proc_pid_status(5)), such as `CapPrm`. */
function maskOf(field: string): bigint {
  const status = readFileSync('/proc/thread-self/status', 'latin1');
  const [, mask = '0'] = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status) ?? [];
  return BigInt(`0x${mask}`);
}

function bitsOf(mask: bigint): readonly number[] {
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
}

function splitAtNul(bytes: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    parts.push(bytes.subarray(at, end === -1 ? bytes.length : end));
    at = end === -1 ? bytes.length : end + 1;
  }
  return parts;
}
