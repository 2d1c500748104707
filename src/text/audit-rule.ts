import { append } from './lists.ts';
/** A rule of the kernel's audit as `auditctl -l` prints it (auditctl(8)). */
export interface AuditRule {
  /** `exit`, `task`, `exclude`; empty of a watch. */
  readonly list: string;
  /** `always` or `never`; empty of a watch. */
  readonly action: string;
  /** System calls, `all` for all of them, with a comma before and after each. */
  readonly calls: string;
  /** Architecture it is for; null for any. */
  readonly arch: string | null;
  /** Fields that narrow it further, `auid>=1000`, with commas between; empty where every call is meant. */
  readonly narrowed: string;
}

/** Reads a rule. A watch (`-w PATH`) is one of no list; what is not understood narrows it. */
export function parseAuditRule(text: string): AuditRule {
  const words = text.split(/\s+/).filter((word) => word !== '');
  let list = '';
  let action = '';
  let arch: string | null = null;
  const calls: string[] = [];
  const narrowed: string[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [option, value = ''] = [words[at] ?? '', words[at + 1]];
    if (option === '-a' || option === '-A') {
      const parts = value.split(',');
      action = parts.find((part) => part === 'always' || part === 'never') ?? '';
      list = parts.find((part) => part !== action) ?? '';
    } else if (option === '-S') append(calls, value.split(','));
    else if (option === '-F' && value.startsWith('arch=')) arch = value.slice('arch='.length);
    else if (option !== '-k' && !(option === '-F' && value.startsWith('key='))) narrowed.push(value || option);
  }
  const called = calls.length === 0 ? ['all'] : calls;
  return { list, action, calls: `,${called.join(',')},`, arch, narrowed: narrowed.join(',') };
}
