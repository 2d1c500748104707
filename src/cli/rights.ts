import process from 'node:process';
import { isBinary, type Permission, revokePermissions } from '../system/permissions.ts';
import { type CapabilityName, keepOnly } from '../system/rights.ts';
import { bytesOfPath } from '../text/path-bytes.ts';
import { reasonOf } from '../text/system-error.ts';
import { complain } from './output.ts';

/** What each capability is kept for while this host is looked at; without one of them a view is missing. */
export const NEEDED_LIVE: { readonly [name in CapabilityName]?: string } = {
  cap_sys_admin: 'to list BPF programs, maps and links',
  cap_sys_ptrace: 'to see which processes hold them: open files, executables, namespaces',
  cap_dac_read_search: 'to read files and folders that other users own',
  cap_net_admin: 'to see programs on cgroups and network devices, and filters of raw sockets',
  cap_audit_control: 'for auditctl, to ask the kernel for the state and the rules of its audit',
  cap_syslog: 'to see addresses in /proc/kallsyms, which name the helpers that programs call',
};

/** What reading files needs: evidence may belong to others. */
const NEEDED_OFFLINE: { readonly [name in CapabilityName]?: string } = {
  cap_dac_read_search: 'to read files and folders that other users own',
};

/** What a command that writes a file or a state folder needs besides. */
const NEEDED_TO_WRITE: { readonly [name in CapabilityName]?: string } = {
  cap_dac_override: 'to write into folders that other users own',
};

/** Options that name what is written. */
const OUTPUTS = ['-o', '--output', '--state', '--alert-log'];

/** Commands that look at this host without being asked to by --live; so does the program without any. */
const LIVE = ['watch', 'capture', 'doctor'];

/** Options that end the program before it reads anything. */
const ANSWERS = ['-h', '--help', '-V', '--version'];

/**
 * What the command that these arguments name keeps, and what for. The arguments are not parsed, which would take most of
 * the time of a start: where a value looks like an option, a right is kept that is not needed.
 */
export function neededRights(args: readonly string[]): { readonly [name in CapabilityName]?: string } {
  const writes = args.some((arg) => OUTPUTS.some((name) => arg === name || arg.startsWith(name)));
  return { ...(looksAtHost(args) ? NEEDED_LIVE : NEEDED_OFFLINE), ...(writes && NEEDED_TO_WRITE) };
}

function looksAtHost(args: readonly string[]): boolean {
  const [command] = args;
  return command === undefined || LIVE.includes(command) || args.includes('--live');
}

/** Why rights were not dropped; null when they were. */
let failure: string | null = 'nothing was tried yet';

export function whyNotDropped(): string | null {
  return failure;
}

/**
 * Drops the rights that the command with these arguments does not need, before anything else is loaded. It starts the
 * binary anew where capabilities are to be dropped (see keepOnly). Only the binary does: run from source, the process
 * is Deno, and with less than all of Deno's permissions a newer one reads nothing of /proc.
 */
export function dropRights(args: readonly string[]): void {
  if (args.some((arg) => ANSWERS.includes(arg))) return;
  if (process.platform !== 'linux' || !isBinary()) {
    failure = 'only the binary for Linux drops rights, and this is not it';
    return;
  }
  const needed = Object.keys(neededRights(args)) as CapabilityName[];
  try {
    keepOnly(needed, process.execPath, [process.argv0, ...args].map(bytesOfPath));
    failure = null;
  } catch (error) {
    failure = reasonOf(error);
    if (process.geteuid?.() === 0) complain(`rights that are not needed could not be dropped: ${failure}`);
  }
  revokePermissions(uselessPermissions(args));
}

/**
 * Permissions of Deno that a command has no use for. `run` also allows signals, which screens send themselves and which
 * tell whether the process that locked a state folder still runs. `ffi` stays: each thread that is started loads the C
 * library for itself, with the permissions of the one that started it.
 */
function uselessPermissions(args: readonly string[]): readonly Permission[] {
  const [command = ''] = args;
  const isScreen = ['watch', 'replay', 'demo'].includes(command);
  const runs = isScreen || looksAtHost(args) || args.some((arg) => arg.startsWith('--state'));
  return runs ? ['net', 'import'] : ['net', 'import', 'run'];
}
