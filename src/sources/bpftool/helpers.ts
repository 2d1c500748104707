import { endianness } from 'node:os';
import { readKallsyms, readModules, symbolsAt } from '../proc/kallsyms.ts';
import { runTool } from '../run-tool.ts';
import { type KernelCalls, kernelCalls } from './xlated.ts';

/** What a dumped program calls. */
export interface DumpedCalls {
  /** Names of kernel functions, in the order of their first call. */
  readonly symbols: readonly string[];
  /** Functions that the program has besides its first, or more. */
  readonly subprograms: number;
}

export interface DumpTarget {
  readonly id: number;
  /** bpftool's `bytes_xlated`: how much of the output is this program's. */
  readonly bytesXlated: number;
}

/**
 * Dumps translated programs and names the kernel functions that they call, as `bpftool prog dump xlated` would print
 * them after `call`. bpftool is only asked for the raw instructions: to print names it would read all of
 * /proc/kallsyms for each program, a tenth of a second each time; so they are looked up here, and remembered.
 */
export class HelperDumper {
  readonly #bpftool: string;
  readonly #names = new Map<number, string>();
  #modules = '';

  constructor(bpftool: string) {
    this.#bpftool = bpftool;
  }

  /**
   * What each program calls, by id; null where the dump was refused, the program went away, or a call has no name
   * (addresses hidden by kernel.kptr_restrict).
   */
  async dump(targets: readonly DumpTarget[], signal?: AbortSignal): Promise<ReadonlyMap<number, DumpedCalls | null>> {
    const calls = new Map<number, KernelCalls | null>();
    let left = targets;
    while (left.length > 0 && !signal?.aborted) {
      const dumped = await this.#dumpRaw(left, signal);
      for (const [id, insns] of dumped) calls.set(id, kernelCalls(insns, endianness() === 'LE'));
      // A batch ends at the first program that cannot be dumped.
      const failed = left[dumped.size];
      if (failed !== undefined) calls.set(failed.id, null);
      left = left.slice(dumped.size + 1);
    }
    this.#learn([...calls.values()].flatMap((one) => one?.offsets ?? []));
    return new Map([...calls].map(([id, one]) => [id, one && this.#named(one)]));
  }

  /**
   * The instructions of as many targets as went well. In a batch without -j nothing is printed but what `file
   * /dev/stdout` writes, one program after the other, and a closing line (`processed 3 commands`).
   */
  async #dumpRaw(targets: readonly DumpTarget[], signal?: AbortSignal): Promise<ReadonlyMap<number, Uint8Array>> {
    const input = targets.map(({ id }) => `prog dump xlated id ${id} file /dev/stdout\n`).join('');
    const { stdout } = await runTool(this.#bpftool, ['-n', 'batch', 'file', '-'], { input, ...(signal && { signal }) });
    const dumps = new Map<number, Uint8Array>();
    let at = 0;
    for (const { id, bytesXlated } of targets) {
      if (bytesXlated === 0 || at + bytesXlated > stdout.length) break;
      dumps.set(id, stdout.subarray(at, at + bytesXlated));
      at += bytesXlated;
    }
    return dumps;
  }

  #learn(offsets: readonly number[]): void {
    if (offsets.length === 0) return;
    // Another module may have its functions where those of one that was unloaded were.
    const modules = readModules();
    if (modules !== this.#modules) this.#names.clear();
    this.#modules = modules;
    const unknown = [...new Set(offsets)].filter((offset) => !this.#names.has(offset));
    if (unknown.length === 0) return;
    for (const [offset, name] of symbolsAt(unknown, readKallsyms)) this.#names.set(offset, name);
  }

  #named({ offsets, tailCall, inlinedLookup, hidden, subprograms }: KernelCalls): DumpedCalls | null {
    if (hidden) return null;
    const symbols = [...(tailCall ? ['bpf_tail_call'] : []), ...(inlinedLookup ? ['bpf_map_lookup_elem'] : [])];
    for (const offset of offsets) {
      const name = this.#names.get(offset);
      if (name === undefined) return null;
      symbols.push(name);
    }
    return { symbols: [...new Set(symbols)], subprograms };
  }
}
