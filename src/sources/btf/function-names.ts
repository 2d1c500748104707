import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { type BtfFunction, btfFunctionKey, btfFunctionOf } from '../../normalise/btf-function.ts';
import { answerOf } from '../bpftool/run.ts';
import { runTool } from '../run-tool.ts';
import { btfFunctions } from './functions.ts';
import { type BtfObject, btfObjects, mayBeOfProgram } from './objects.ts';
import { BtfError } from './sections.ts';

/** The kernel's own BTF; that of a module goes on from it. */
const VMLINUX = 'vmlinux';

/** Looks after which BTF that could not be read is read again: it may have been the moment. */
const ASK_AGAIN = 8;

interface Listed {
  readonly prog?: readonly JsonObject[];
  readonly link?: readonly JsonObject[];
}

type Objects = ReadonlyMap<number, BtfObject>;

/**
 * Names of the kernel functions that the trampolines of links are attached to. Links tell them by numbers only, and what a
 * number means is in the BTF that the kernel shows in /sys/kernel/btf. That is read, and bpftool asked which object is
 * whose, only where a link names a function that was not looked up before: ids of BTF objects and of programs are not
 * given out twice in a boot, so an answer holds, and so does that there is none.
 */
export class FunctionNames {
  readonly #bpftool: string;
  readonly #folder: string;
  /** By {@link btfFunctionKey}; null for what is no function of the kernel, or could not be read. */
  readonly #names = new Map<string, string | null>();
  /** Why the BTF that a function is in could not be read. */
  readonly #failures = new Map<string, string>();
  #looks = 0;

  /** `folder` is where the kernel shows BTF. */
  constructor(bpftool: string, folder = '/sys/kernel/btf') {
    this.#bpftool = bpftool;
    this.#folder = folder;
  }

  /** Names by {@link btfFunctionKey}, of those of the listed links; undefined where no link names a function. */
  async read(listed: Listed, signal: AbortSignal, problems: Problem[]): Promise<Snapshot['btfFunctions']> {
    this.#looks += 1;
    if (this.#looks % ASK_AGAIN === 0) {
      for (const key of this.#failures.keys()) this.#names.delete(key);
      this.#failures.clear();
    }
    const links = listed.link ?? [];
    const targets = new Map<string, BtfFunction>();
    for (const link of links) {
      const target = btfFunctionOf(link);
      if (target !== null) targets.set(btfFunctionKey(target), target);
    }
    if (targets.size === 0) return undefined;
    const unknown = new Map([...targets].filter(([key]) => !this.#names.has(key)));
    if (unknown.size > 0) {
      const answer = answerOf(await runTool(this.#bpftool, ['-j', '-n', 'btf', 'show'], { signal }));
      const { elements, errors } = answer;
      if (elements === null || errors.length > 0) {
        complain(unknown.size, targets.size, [`bpftool btf show: ${errors.join('; ')}`], problems);
      } else {
        const objects = btfObjects(elements);
        for (const link of links) {
          const target = btfFunctionOf(link);
          if (target === null || !mayBeOfProgram(link, target, listed.prog, objects)) continue;
          const key = btfFunctionKey(target);
          if (unknown.delete(key)) this.#names.set(key, null);
        }
        this.#lookUp(unknown, objects);
      }
    }
    const failures = [...targets.keys()].flatMap((key) => this.#failures.get(key) ?? []);
    if (failures.length > 0) complain(failures.length, targets.size, failures, problems);
    const named = [...targets.keys()].map((key) => [key, this.#names.get(key) ?? null] as const);
    return Object.fromEntries(named.flatMap(([key, name]) => (name === null ? [] : [[key, name]])));
  }

  #lookUp(functions: ReadonlyMap<string, BtfFunction>, objects: Objects): void {
    for (const key of functions.keys()) this.#names.set(key, null);
    for (const object of objects.values()) {
      const wanted = object.isKernel ? [...functions].filter(([, { objectId }]) => objectId === object.id) : [];
      if (wanted.length === 0) continue;
      const ids = new Set(wanted.map(([, { btfId }]) => btfId));
      const names = attempt(() => this.#namesIn(object, ids, objects));
      for (const [key, { btfId }] of wanted) {
        if (typeof names === 'string') this.#failures.set(key, names);
        else this.#names.set(key, names.get(btfId) ?? null);
      }
    }
  }

  #namesIn(object: BtfObject, ids: ReadonlySet<number>, objects: Objects) {
    if (object.name === VMLINUX) return btfFunctions(this.#bytesOf(object), ids).names;
    const vmlinux = [...objects.values()].find(({ name, isKernel }) => isKernel && name === VMLINUX);
    if (vmlinux === undefined) throw new BtfError('bpftool lists no vmlinux');
    const { base } = btfFunctions(this.#bytesOf(vmlinux), new Set());
    return btfFunctions(this.#bytesOf(object), ids, base).names;
  }

  /** A module that was loaded again meanwhile has its file under the same name: mostly it has another size. */
  #bytesOf({ id, name, size }: BtfObject): Uint8Array {
    const bytes = readFileSync(`${this.#folder}/${name}`);
    if (bytes.length !== size) throw new BtfError(`${name} is not the object ${id} that bpftool lists`);
    return bytes;
  }
}

function complain(count: number, of: number, why: readonly string[], problems: Problem[]): void {
  const what = `the names of ${count} of ${of} functions that links are attached to are not known`;
  problems.push({ section: 'links', message: `${what}: ${[...new Set(why)].slice(0, 3).join(', ')}` });
}

/** What could not be read, in words. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof BtfError) return `BTF cannot be read: ${error.message}`;
    if (error instanceof Error && 'code' in error) return error.message;
    throw error;
  }
}
