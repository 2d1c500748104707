import type { EventDraft } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { diffAttachments } from './diff-attachments.ts';
import { bothCover, type Pair } from './diff-draft.ts';
import { diffAudit, diffCapabilities, diffSettings, noteReboot } from './diff-host.ts';
import { diffMaps } from './diff-maps.ts';
import { diffPrograms, noteShortLived } from './diff-programs.ts';

export interface DiffOptions {
  /** `origins` of the second snapshot: the files that its sections were read from, when it was not live. */
  readonly origins?: Snapshot['origins'];
  /** True when the audit log has told of every load between the two: then ids that are missing are no news. */
  readonly loadsAreTold?: boolean;
}

/**
 * What happened between two looks at one host, as events at the time of the second. Only sections that both looked at
 * are compared. A first look has nothing before it, so it yields no events: it is the state that the watch starts from.
 *
 * The order is that of cause: detaches, unloads, map deletes, map creates, loads, the note on short-lived programs,
 * attaches, map changes, settings, audit, capabilities; within each by id. Another boot gives one note and nothing
 * else, since ids count from 1 again. Inventories of two hosts are not comparable and give nothing.
 */
export function diffInventories(previous: Inventory, next: Inventory, options: DiffOptions = {}): EventDraft[] {
  const pair: Pair = { previous, next, origins: options.origins ?? {} };
  if (previous.boot !== null && next.boot !== null && previous.boot !== next.boot) {
    return previous.host === next.host ? [noteReboot(pair)] : [];
  }
  if (previous.host !== next.host && (previous.boot === null || next.boot === null)) return [];

  const programs = bothCover(pair, 'programs') ? diffPrograms(pair) : { unloads: [], loads: [] };
  const maps = bothCover(pair, 'maps') ? diffMaps(pair) : { deletes: [], creates: [], changes: [] };
  const attachments = diffAttachments(pair);
  return [
    ...attachments.detaches,
    ...programs.unloads,
    ...maps.deletes,
    ...maps.creates,
    ...programs.loads,
    ...(bothCover(pair, 'programs') && options.loadsAreTold !== true ? noteShortLived(pair) : []),
    ...attachments.attaches,
    ...maps.changes,
    ...(bothCover(pair, 'settings') ? diffSettings(pair) : []),
    ...(bothCover(pair, 'audit') ? diffAudit(pair) : []),
    ...(bothCover(pair, 'processes') ? diffCapabilities(pair) : []),
  ];
}
