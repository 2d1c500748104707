import { ruleFor } from './rules.ts';

/**
 * Types of audit records that can become events by themselves. All others only add to an event of their group (who, from
 * where), so a group that has none of these, and no SYSCALL of bpf(2), is counted and let go as it is read.
 */
export function canBecomeEvent(typeName: string): boolean {
  return ruleFor(typeName) !== null;
}
