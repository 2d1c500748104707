import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { type DumpedCalls, HelperDumper } from './helpers.ts';

/** Looks after which what was refused is asked for again: it may have been the moment. */
const ASK_AGAIN = 8;

/** What each program calls, dumped once: a loaded program never changes. */
export class HelperCache {
  readonly #dumper: HelperDumper;
  #known = new Map<string, DumpedCalls | null>();
  #looks = 0;

  constructor(bpftool: string) {
    this.#dumper = new HelperDumper(bpftool);
  }

  /** Helpers of all listed programs by id; new ones are dumped, those that are gone are forgotten. */
  async read(
    programs: readonly JsonObject[],
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<NonNullable<Snapshot['helpers']>> {
    const listed = programs.flatMap(({ id, tag, bytes_xlated: bytes }) =>
      typeof id === 'number' ? [{ id, key: `${id}:${tag}`, bytesXlated: typeof bytes === 'number' ? bytes : 0 }] : [],
    );
    this.#looks += 1;
    const isAgain = this.#looks % ASK_AGAIN === 0;
    const fresh = listed.filter(({ key }) => (isAgain ? !this.#known.get(key) : !this.#known.has(key)));
    const dumped = await this.#dumper.dump(fresh, signal);
    const known = new Map(listed.map(({ id, key }) => [key, this.#known.get(key) ?? dumped.get(id) ?? null]));
    this.#known = known;
    const refused = listed.filter(({ key }) => known.get(key) === null).length;
    if (refused > 0) {
      const message = `the helpers of ${refused} of ${listed.length} programs cannot be read: the dump was refused or has no names`;
      problems.push({ section: 'helpers', message });
    }
    return Object.fromEntries(listed.map(({ id, key }) => [String(id), known.get(key)?.symbols ?? null]));
  }

  /** Functions that a program of the last reading has besides its first; null where that is not known. */
  subprograms({ id, tag }: JsonObject): number | null {
    return this.#known.get(`${id}:${tag}`)?.subprograms ?? null;
  }
}
