/** How to tell which objects of two moments are the same, and what of them may differ. */
export interface Matcher<T> {
  /**
   * Identities, from all that is known down to the least that makes two objects one. Null is no identity: it equals
   * none.
   */
  readonly identities: readonly ((object: T) => string | null)[];
  /** What is compared of two that are one. Null is not known: it differs from nothing. */
  readonly facts: (object: T) => { readonly [name: string]: string | number | boolean | null };
}

export interface Difference {
  readonly what: string;
  readonly from: string | number | boolean;
  readonly to: string | number | boolean;
}

export interface Matched<T> {
  readonly gone: readonly T[];
  readonly added: readonly T[];
  readonly changed: readonly { readonly from: T; readonly to: T; readonly differences: readonly Difference[] }[];
}

/**
 * Pairs the objects of two moments: first those that agree in everything, then by less and less. Several of one
 * identity are paired in their order. What is left was gone, or was added.
 */
export function matchObjects<T>(before: readonly T[], after: readonly T[], matcher: Matcher<T>): Matched<T> {
  let gone = before;
  let added = after;
  const pairs: (readonly [T, T])[] = [];
  for (const identity of matcher.identities) {
    const waiting = new Map<string, T[]>();
    for (const object of gone) {
      const key = identity(object);
      if (key === null) continue;
      const known = waiting.get(key);
      if (known === undefined) waiting.set(key, [object]);
      else known.push(object);
    }
    const paired = new Set<T>();
    added = added.filter((object) => {
      const key = identity(object);
      const partner = key === null ? undefined : waiting.get(key)?.shift();
      if (partner === undefined) return true;
      paired.add(partner);
      pairs.push([partner, object]);
      return false;
    });
    gone = gone.filter((object) => !paired.has(object));
  }
  const changed = pairs.flatMap(([from, to]) => {
    const differences = differencesOf(matcher.facts(from), matcher.facts(to));
    return differences.length === 0 ? [] : [{ from, to, differences }];
  });
  return { gone, added, changed };
}

type Values = ReturnType<Matcher<unknown>['facts']>;

function differencesOf(before: Values, after: Values): readonly Difference[] {
  return Object.keys(before).flatMap((what) => {
    const [from, to] = [before[what] ?? null, after[what] ?? null];
    return from === null || to === null || from === to ? [] : [{ what, from, to }];
  });
}
