import type { Columns } from './columns.ts';
import { Folds } from './folds.ts';
import { Names } from './names.ts';
import { Tally } from './tally.ts';

/** What is known about the events of all segments besides their tables. */
export class Counts {
  readonly names = new Names();
  readonly folds = new Folds();
  readonly tally = new Tally();

  /** Counts events of a segment, by their places, in or (`change` = -1) out. */
  count(columns: Columns, from: number, to: number, change: 1 | -1): void {
    this.tally.addAll(columns, from, to, change);
    const names = new CodeCounts();
    const heads = new CodeCounts();
    for (let place = from; place < to; place += 1) {
      names.add(columns.sources[place] ?? 0);
      names.add(columns.hosts[place] ?? 0);
      const head = columns.heads[place] ?? 0;
      if (head !== 0) heads.add(head);
    }
    for (const [code, count] of names.entries()) this.names.count(code, count * change);
    for (const [code, count] of heads.entries()) this.folds.count(code, count * change);
  }
}

/** Codes below this are mostly all there are. */
const FEW = 256;

/** How often each code came: the few that come again and again are counted without a map. */
class CodeCounts {
  readonly #few = new Uint32Array(FEW);
  readonly #others = new Map<number, number>();

  add(code: number): void {
    if (code < FEW) this.#few[code] = (this.#few[code] ?? 0) + 1;
    else this.#others.set(code, (this.#others.get(code) ?? 0) + 1);
  }

  *entries(): Iterable<readonly [code: number, count: number]> {
    for (let code = 0; code < FEW; code += 1) {
      const count = this.#few[code] ?? 0;
      if (count > 0) yield [code, count];
    }
    yield* this.#others;
  }
}
