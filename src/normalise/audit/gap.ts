import type { EventDraft } from '../../model/event.ts';
import type { Gap } from '../../model/observation.ts';

/**
 * A security-alert for records that are missing: what was done may have been done unseen. Null for a jump of the clock
 * and for a boot, which lose nothing.
 */
export function gapEvent(gap: Gap, host: string): EventDraft | null {
  if (gap.kind === 'clock' || gap.kind === 'boot') return null;
  const { kind, count, message, at } = gap;
  const place = { origin: at.file, ...(at.line === undefined ? {} : { line: at.line }) };
  return {
    time: gap.time,
    type: 'security-alert',
    severity: 'warning',
    source: 'audit',
    host,
    details: {
      summary: `audit records were lost: ${message}`,
      object: { kind: 'audit', name: 'records', key: `${kind}: ${message}` },
      gap: { kind, count },
    },
    evidence: [{ ...place, ...(at.offset === undefined ? {} : { offset: at.offset }), text: message }],
  };
}
