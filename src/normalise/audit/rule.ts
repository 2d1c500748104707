import type { EventDraft } from '../../model/event.ts';
import type { AuditRecord, GroupView } from './group.ts';

/** The event that a record of some type tells of, or null when this one tells of none. */
export type RecordRule = (view: GroupView, record: AuditRecord) => EventDraft | null;

/** Rules by the name of the record type. */
export type RuleTable = { readonly [type: string]: RecordRule };
