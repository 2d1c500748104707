import { ANOMALY_RULES, responseEvent, userAnomalyEvent } from './anomaly.ts';
import { APPARMOR_RULES } from './apparmor.ts';
import { AVC_RULES } from './avc.ts';
import { CAPABILITY_RULES } from './capabilities.ts';
import { CONFIG_RULES } from './config.ts';
import { DAEMON_RULES } from './daemon.ts';
import { INTEGRITY_RULES } from './integrity.ts';
import { LSM_RULES } from './lsm.ts';
import { MAC_RULES } from './mac.ts';
import { PROGRAM_RULES } from './program.ts';
import type { RecordRule, RuleTable } from './rule.ts';
import { SECCOMP_RULES } from './seccomp.ts';
import { SYSTEM_RULES } from './system.ts';

/** All types of records that can be an event by themselves. */
const TABLES: readonly RuleTable[] = [
  PROGRAM_RULES,
  AVC_RULES,
  APPARMOR_RULES,
  LSM_RULES,
  SECCOMP_RULES,
  CAPABILITY_RULES,
  CONFIG_RULES,
  MAC_RULES,
  DAEMON_RULES,
  INTEGRITY_RULES,
  ANOMALY_RULES,
  SYSTEM_RULES,
];

const RULES: ReadonlyMap<string, RecordRule> = new Map(TABLES.flatMap((table) => Object.entries(table)));

/** Types of user space in the two ranges that are mapped whole, whether or not their number has a name here. */
const FAMILIES: readonly (readonly [RegExp, RecordRule])[] = [
  [/^(?:ANOM_|UNKNOWN\[21\d\d\]$)/, userAnomalyEvent],
  [/^(?:RESP_|UNKNOWN\[22\d\d\]$)/, responseEvent],
];

/** The rule for records of a type, by its name; null for one that only adds to others or means nothing here. */
export function ruleFor(typeName: string): RecordRule | null {
  const rule = RULES.get(typeName);
  if (rule !== undefined) return rule;
  return FAMILIES.find(([pattern]) => pattern.test(typeName))?.[1] ?? null;
}

/** Names of the types that have a rule of their own, for whoever wants to list them. */
export function ruledTypes(): readonly string[] {
  return [...RULES.keys()];
}
