import type { Profile } from '../checks/profiles.ts';
import type { CheckDefinition, CheckException } from '../model/check.ts';
import type { Severity } from '../model/severity.ts';
import type { InputSpec } from '../sources/open.ts';

/** How to watch the host. */
export interface LiveConfig {
  readonly pollMs: number;
  readonly bpftool: string | null;
  readonly cgroups: boolean;
  readonly watchConfigMaps: boolean;
  readonly countEntries: boolean;
  /** The audit log to follow, or null for none. */
  readonly auditLog: string | null;
}

/** What an engine needs to know. Plain data: it crosses to the worker. */
export interface EngineConfig {
  readonly input:
    | { readonly mode: 'live'; readonly live: LiveConfig }
    /** Files that grow, read from their start and on. */
    | { readonly mode: 'follow'; readonly inputs: readonly string[] }
    | { readonly mode: 'replay'; readonly inputs: readonly InputSpec[]; readonly speed: number };
  /** The profile whose checks are run: one that comes with the program by its name (checks/profiles.ts), or a user's. */
  readonly profile: string | Profile;
  /** What is lived with: set apart from what the checks find. */
  readonly exceptions?: readonly CheckException[];
  readonly maxEvents: number;
  readonly stateDir: string | null;
  readonly windowMs: number;
  readonly learnMs: number;
  readonly alertLog: string | null;
  /** Checks of the user's, beside those that come with the program. */
  readonly ownChecks?: readonly CheckDefinition[];
}

export const DEFAULT_MAX_EVENTS = 1_000_000;
export const DEFAULT_POLL_MS = 2_000;
export const DEFAULT_WINDOW_MS = 10_000;
export const DEFAULT_LEARN_MS = 60_000;
export const DEFAULT_AUDIT_LOG = '/var/log/audit/audit.log';
export const DEFAULT_FAIL_ON: Severity = 'error';
