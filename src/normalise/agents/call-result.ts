import type { CallResult } from '../audit/actor.ts';
import { errnoOf } from '../audit/errno.ts';

/** Nobody said how the call ended. */
export const UNKNOWN_RESULT: CallResult = { success: null, exit: null, errno: null };

/** How a call ended, by what it returned; null when that is not known. */
export function resultOfExit(exit: number | null): CallResult {
  return exit === null ? UNKNOWN_RESULT : { success: exit >= 0, exit, errno: errnoOf(exit) };
}
