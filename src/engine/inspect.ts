import type { AuditEvent } from '../model/event.ts';
import { INSPECTION_VERSION, type Inspection } from '../model/inspection.ts';
import type { InputSource, Observation } from '../model/observation.ts';
import { Normaliser } from '../normalise/normaliser.ts';
import { MAX_LISTED, UnreadableLog } from '../store/unreadable-log.ts';
import { isPassedOver } from '../text/passed-over.ts';
import { RecordUses } from './record-uses.ts';
import { Turns } from './turns.ts';

/** Types and names beyond this many are counted together: an input may make up a new one on every line. */
const MAX_NAMES = 10_000;

/** Different messages of snapshots that are kept. */
const MAX_PROBLEMS = 1000;

/** What records beyond {@link MAX_NAMES} are counted under. */
const OTHERS = '(others)';

/**
 * Reads a source to its end and says what it holds and what became of that, keeping no more than counts: memory does
 * not grow with the input. Nothing is stored or judged. Stops at what was read when `signal` is aborted, or
 * when memory is short, which `onStopped` is told. `onBatch` is called now and then: somebody waits.
 */
export async function inspectSource(
  source: InputSource,
  signal: AbortSignal,
  onBatch: () => void = () => {},
  onStopped: (reason: string) => void = () => {},
): Promise<Inspection> {
  const normaliser = new Normaliser();
  const uses = new RecordUses();
  const unreadable = new UnreadableLog();
  const problems = new Set<string>();
  const unreadableIn = new Map<string, number>();
  const unmapped = new Map<string, number>();
  let ownRecords = 0;
  const turns = new Turns(signal, () => source.progress().bytes);
  for await (const batch of source.observations(turns.signal)) {
    for (const observation of batch) {
      const seen = normaliser.push(observation);
      for (const event of seen.events) uses.made(event, carrierOf(observation, event));
      for (const amendment of seen.amendments) uses.toldAgain(amendment);
      for (const [type, count] of Object.entries(seen.unmapped)) addTo(unmapped, type, count);
      ownRecords += seen.own;
      for (const { at } of seen.unreadable) addTo(unreadableIn, at.file, 1);
      unreadable.add(seen.unreadable);
      for (const { message } of seen.problems ?? []) if (problems.size < MAX_PROBLEMS) problems.add(message);
      if (!(await turns.goesOn())) break;
    }
    onBatch();
  }
  if (turns.stopped !== null) onStopped(turns.stopped);
  // Some events wait for what comes after them.
  const last = normaliser.finish();
  for (const event of last.events) uses.made(event, null);
  for (const amendment of last.amendments) uses.toldAgain(amendment);
  ownRecords += last.own;
  const found = source.facts();
  const facts = found.filter((each) => !isPassedOver(each));
  const records = uses.ofInputs(facts);
  // What was refused is listed as unreadable.
  const passedOver = found.filter((each) => isPassedOver(each) && !unreadableIn.has(each.name));
  return {
    format: 'bpfwitness-inspection',
    version: INSPECTION_VERSION,
    inputs: facts.map((each, index) => ({
      ...each,
      records: records[index] ?? [],
      unreadable: unreadableIn.get(each.name) ?? 0,
    })),
    totals: {
      bytes: facts.reduce((sum, { bytes }) => sum + bytes, 0),
      lines: facts.reduce((sum, { lines }) => sum + lines, 0),
      events: uses.events(),
      unmapped: Object.fromEntries(unmapped),
      ownRecords,
    },
    problems: [...problems],
    passedOver: {
      count: passedOver.length,
      listed: passedOver.slice(0, MAX_LISTED).map(({ name, format }) => ({ name, reason: format })),
    },
    unreadable: { count: unreadable.count, listed: unreadable.first(MAX_LISTED) },
  };
}

/** The file of an event that was read as one; else null. */
function carrierOf(observation: Observation, { id }: AuditEvent): string | null {
  return observation.kind === 'event' && observation.event.id === id ? (observation.via?.file ?? '') : null;
}

function addTo(counts: Map<string, number>, name: string, count: number): void {
  const key = counts.has(name) || counts.size < MAX_NAMES ? name : OTHERS;
  counts.set(key, (counts.get(key) ?? 0) + count);
}
