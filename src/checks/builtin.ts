import type { CheckDefinition } from '../model/check.ts';
import { AUDIT_ENABLED } from './audit-enabled.ts';
import { CAPABILITIES } from './capabilities.ts';
import { FROZEN_CONFIG } from './frozen-config.ts';
import { HELPER_WHITELIST } from './helper-whitelist.ts';
import { MAP_LIMITS } from './map-limits.ts';
import { ROOT_PROGRAMS } from './root-programs.ts';

/** The checks of lab 17.3, step 2.1, in its order. */
export const BUILTIN_CHECKS: readonly CheckDefinition[] = [
  ROOT_PROGRAMS,
  MAP_LIMITS,
  CAPABILITIES,
  AUDIT_ENABLED,
  FROZEN_CONFIG,
  HELPER_WHITELIST,
];
