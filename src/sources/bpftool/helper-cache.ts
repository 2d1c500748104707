import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { HelperDumper } from './helpers.ts';

/** The helpers of each program, dumped once: a loaded program never changes. */
export class HelperCache {
  readonly #dumper: HelperDumper;
  #known = new Map<string, readonly string[] | null>();

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
    const fresh = listed.filter(({ key }) => !this.#known.has(key));
    const dumped = await this.#dumper.dump(fresh, signal);
    const known = new Map(listed.map(({ id, key }) => [key, this.#known.get(key) ?? dumped.get(id) ?? null]));
    this.#known = known;
    const refused = listed.filter(({ key }) => known.get(key) === null).length;
    if (refused > 0) {
      const message = `the helpers of ${refused} of ${listed.length} programs cannot be read: the dump was refused or has no names`;
      problems.push({ section: 'helpers', message });
    }
    return Object.fromEntries(listed.map(({ id, key }) => [String(id), known.get(key) ?? null]));
  }
}
