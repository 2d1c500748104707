import type { CheckDefinition } from '../model/check.ts';
import type { CheckBounds } from '../model/check-bounds.ts';
import type { Severity } from '../model/severity.ts';
import { BUILTIN_CHECKS, LAB_CHECKS } from './builtin.ts';

/** Which checks are run, how bad each is held to be, and the bounds that they compare with. */
export interface Profile extends CheckBounds {
  readonly name: string;
  readonly checks: readonly CheckDefinition[];
}

/** One that comes with the program. */
export interface BuiltinProfile extends Profile {
  /** For people: what it is for. */
  readonly title: string;
}

/** Honest hosts that use BPF fail these: they are for hosts whose programs were chosen by them. */
const ONLY_STRICT: ReadonlySet<string> = new Set([
  'check-helper-whitelist',
  'check-opaque-programs',
  'check-map-entries',
]);

const STIG = /^stig-/;

/**
 * On most hosts every loader is root and holds all capabilities, and agents keep things in local storage: worth knowing,
 * and no news.
 */
const IN_DEFAULT: { readonly [id: string]: Severity } = {
  'check-root-programs': 'info',
  'check-capabilities': 'info',
  'check-map-limits': 'warning',
};

const GENERAL = BUILTIN_CHECKS.filter(({ id }) => !STIG.test(id));

export const PROFILES: readonly BuiltinProfile[] = [
  {
    name: 'default',
    title: 'what an operator wants to know of any host',
    checks: GENERAL.filter(({ id }) => !ONLY_STRICT.has(id)).map((check) => withSeverity(check, IN_DEFAULT[check.id])),
    parameters: {},
  },
  { name: 'lab', title: 'the six checks of lab 17.3, as they are there', checks: LAB_CHECKS, parameters: {} },
  {
    name: 'strict',
    title: 'all that can be asked of a host whose BPF programs are known',
    checks: GENERAL,
    parameters: { jit_harden_least: 2, map_most_bytes: 64 * 2 ** 20, maps_most_bytes: 512 * 2 ** 20 },
  },
  {
    name: 'stig-rhel9',
    title: 'what the DISA STIG for RHEL 9 says about BPF, now and after the next boot, and its audit',
    checks: BUILTIN_CHECKS.filter(({ id }) => STIG.test(id) || id === 'check-audit-enabled'),
    parameters: {},
  },
];

export const DEFAULT_PROFILE = 'default';

/** The profile with this name. Throws a RangeError that names those there are. */
export function profileNamed(name: string): BuiltinProfile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found === undefined) {
    throw new RangeError(`there is no profile ${name}: there are ${PROFILES.map((each) => each.name).join(', ')}`);
  }
  return found;
}

/** The profile that a flag or a configuration gives: itself, or one that comes with the program by its name. */
export function profileOf<Own extends Profile>(given: string | Own): Own | BuiltinProfile {
  return typeof given === 'string' ? profileNamed(given) : given;
}

/** The check, held to be as bad as that where anything is said. */
export function withSeverity(check: CheckDefinition, severity: Severity | undefined): CheckDefinition {
  return severity === undefined ? check : { ...check, severity };
}

/** The names of the profiles that run a check, with the severity that one gives it when that is another. */
export function profilesWith({ id, severity }: CheckDefinition): string {
  return PROFILES.flatMap(({ name, checks }) => {
    const there = checks.find((check) => check.id === id);
    if (there === undefined) return [];
    return [there.severity === severity ? name : `${name} (${there.severity})`];
  }).join(', ');
}
