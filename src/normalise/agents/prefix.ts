import { parseLogLine } from '../audit/spelling/log.ts';

/** The host in what syslog writes before a line (`Nov 17 12:18:00 host prog[12]: `), or null. */
export function hostOfPrefix(prefix: string): string | null {
  return prefix === '' ? null : (parseLogLine(`${prefix.trim()} `)?.host ?? null);
}
