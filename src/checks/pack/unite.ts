import type { CheckDefinition } from '../../model/check.ts';
import { placeText } from '../../text/place.ts';
import { printable } from '../../text/sanitise.ts';
import type { Fault, Pack, PackCheck, RefusedCheck } from './pack.ts';

/** Packs as one, in their order; of checks with one id the first is taken, and none that has an id of `taken`. */
export function unitePacks(packs: readonly Pack[], taken: readonly string[]): Pack {
  const owners = new Map<string, string>(taken.map((id) => [id, 'a check that comes with bpfwitness']));
  const checks: PackCheck[] = [];
  const again: RefusedCheck[] = [];
  for (const check of packs.flatMap((pack) => pack.checks)) {
    const owner = owners.get(check.definition.id);
    if (owner === undefined) {
      owners.set(check.definition.id, placeText(check.at));
      checks.push(check);
    } else {
      again.push(refusal(check, [{ at: check.at, reason: `the id ${check.definition.id} is that of ${owner}` }]));
    }
  }
  // An id that is there already would make two results one.
  const refused = packs.flatMap((pack) => pack.refused);
  return { checks, refused: [...refused, ...again] };
}

/** A check with what is wrong with it. */
export function refusal({ definition, at }: PackCheck, faults: readonly Fault[]): RefusedCheck {
  return { at, id: definition.id, name: definition.name, severity: definition.severity, faults };
}

/**
 * What can be run, and behind it what stands in the results so that nobody overlooks it. A refused check whose id another
 * has, or that has none, goes by its place.
 */
export function definitionsOf({ checks, refused }: Pack, taken: readonly string[]): readonly CheckDefinition[] {
  const ids = new Set([...taken, ...checks.map(({ definition }) => definition.id)]);
  const others = refused.map((check): CheckDefinition => {
    const place = placeText(check.at);
    const id = freeId(check.id, printable(place), ids);
    ids.add(id);
    return {
      id,
      name: check.name ?? place,
      severity: check.severity ?? 'error',
      description: 'A check that was refused',
      rationale: 'A check that is not run finds nothing.',
      remedy: 'Put its file right; bpfwitness checks test says when it is.',
      references: [],
      needs: [],
      sql: '',
      origin: check.at,
      refused: check.faults.map(faultText).join('; '),
    };
  });
  return [...checks.map(({ definition }) => definition), ...others];
}

/** An id that none of `ids` is: the check's own, else its place, of which several checks may be. */
function freeId(id: string | null, place: string, ids: ReadonlySet<string>): string {
  if (id !== null && !ids.has(id)) return id;
  let count = 1;
  while (ids.has(count === 1 ? place : `${place} (${count})`)) count += 1;
  return count === 1 ? place : `${place} (${count})`;
}

/** `checks/mine.sql:12: there is no severity high`, raw. */
export function faultText({ at, reason }: Fault): string {
  return `${placeText(at)}: ${reason}`;
}
