import type { Gap } from '../../../model/observation.ts';

/** What a line of a log says about records that are not in it. */
export interface SpelledLoss {
  readonly kind: Extract<Gap['kind'], 'lost' | 'suppressed'>;
  /** Records or lines; null where the line does not say. */
  readonly count: number | null;
  /** True when `count` is all since boot and not only since the last such line. */
  readonly sinceBoot: boolean;
  readonly message: string;
}

/** The kernel's queue to auditd is full, or it sends faster than it may (`audit_log_lost`, kernel/audit.c). */
const LOST = [
  /^(?:audit: )?(?:audit_)?backlog limit exceeded/,
  /^(?:audit: )?rate limit exceeded/,
  /^(?:audit: )?kauditd (?:hold|retry|main) queue overflow/,
  /^(?:audit: )?audit_backlog=\d+ > audit_backlog_limit=\d+/,
];

/** Programs of user space that drop events themselves: auditd's dispatcher and its plug-ins. */
const DROPPED = /^(?:queue (?:to plugins )?is full - dropping event|.*\brate limit\b)/i;
const DISPATCHERS = /^(?:auditd|audispd|audisp-\S+)$/;

/** `kauditd_printk_skb: 23 callbacks suppressed` (lib/ratelimit.c); `audit_printk_skb` before Linux 4.10. */
const SUPPRESSED = /^(?:audit: )?k?audit[a-z]*_printk_skb: (\d{1,15}) callbacks suppressed/;
const COUNTED = /^(?:audit: )?audit_lost=(\d{1,15})/;

/** Reads a message as one about lost records; null when it is not. `tag` is who said it, null in a kernel log. */
export function parseLoss(tag: string | null, message: string): SpelledLoss | null {
  if (tag !== null && DISPATCHERS.test(tag)) {
    return DROPPED.test(message) ? loss('lost', null, `${tag}: ${message}`) : null;
  }
  if (tag !== null && tag !== 'kernel' && tag !== 'audit') return null;
  const suppressed = SUPPRESSED.exec(message)?.[1];
  if (suppressed !== undefined) return loss('suppressed', Number(suppressed), message);
  const counted = COUNTED.exec(message)?.[1];
  if (counted !== undefined) return { ...loss('lost', Number(counted), message), sinceBoot: true };
  return LOST.some((each) => each.test(message)) ? loss('lost', null, message) : null;
}

function loss(kind: SpelledLoss['kind'], count: number | null, message: string): SpelledLoss {
  return { kind, count, sinceBoot: false, message: message.slice(0, 200) };
}
