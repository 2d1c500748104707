import type { JsonObject } from '../../model/json.ts';
import type { Problem } from '../../model/snapshot.ts';
import { runTool } from '../run-tool.ts';
import { answerOf } from './run.ts';

/**
 * Which part of the kernel each struct_ops map stands for (`tcp_congestion_ops`, `sched_ext_ops`). Only `bpftool struct_ops
 * show` tells, from the kernel's BTF, so it is asked when there is such a map that it was not asked of before.
 */
export class StructOpsNames {
  readonly #bpftool: string;
  readonly #names = new Map<unknown, string>();

  constructor(bpftool: string) {
    this.#bpftool = bpftool;
  }

  /** The names by map id; undefined where no map is of that type. What could not be told is a problem. */
  async read(
    maps: readonly JsonObject[],
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<{ readonly [mapId: string]: string } | undefined> {
    const ids = maps.filter(({ type }) => type === 'struct_ops').map(({ id }) => id);
    if (ids.length === 0) return undefined;
    if (ids.some((id) => !this.#names.has(id))) {
      const { elements, errors } = answerOf(
        await runTool(this.#bpftool, ['-j', '-n', 'struct_ops', 'show'], { signal }),
      );
      for (const error of errors) problems.push({ section: 'maps', message: `bpftool struct_ops show: ${error}` });
      for (const { id, kernel_struct_ops: name } of elements ?? []) {
        if (typeof name === 'string') this.#names.set(id, name);
      }
    }
    return Object.fromEntries(
      ids.flatMap((id) => (this.#names.has(id) ? [[String(id), this.#names.get(id) ?? '']] : [])),
    );
  }
}
