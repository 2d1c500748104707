import type { Attachment, HookOwner, KernelHook, Program } from '../../model/inventory.ts';
import type { Tracing } from '../../model/snapshot.ts';
import { btfFunctionOf } from '../btf-function.ts';
import { asObjects, asText } from '../decode-value.ts';
import { SETTLE_MS } from '../unkept.ts';
import { hookedFunctions } from './functions.ts';
import { type ProbeEvent, probeEvents } from './probe-events.ts';

/** An image of a trampoline of BPF: its key, and in some kernels the number of the image (kernel/bpf/trampoline.c). */
const TRAMPOLINE = /^bpf_trampoline_(\d+)(?:_\d+)?(?: \[bpf\])?$/;

/** How the kernel calls those who have a probe there, by the name of what ftrace calls. */
const KPROBE = /^kprobe_ftrace_handler$/;
const FPROBE = /^fprobe_/;

/** Several share one trampoline: whom it calls is not told. */
const SEVERAL = /^(arch_)?ftrace_ops_list_func$/;

/** It only stands before the one who is called. */
const ASSISTANT = 'ftrace_ops_assist_func';

const MODULE = / \[([^\]]+)\]$/;
const ADDRESS = /^0x[0-9a-f]+$/;

/** What bpftool listed; `areAll` is false where a listing of attachments is missing or broke off. */
export interface ListedAttachments {
  readonly attachments: readonly Attachment[];
  readonly programs: readonly Program[];
  readonly areAll: boolean;
}

const KINDS = ['trampoline', 'kprobe', 'fprobe', 'uprobe'] as const;
type Kind = (typeof KINDS)[number];

/** What the attachments that are listed hook. */
class Attached {
  /** Keys of trampolines, places of kprobes, functions that have one or a kprobe_multi link, places of uprobes. */
  readonly #trampolines = new Set<string>();
  readonly #kprobes = new Set<string>();
  readonly #withKprobe = new Set<string>();
  readonly #fprobes = new Set<string>();
  readonly #uprobes = new Set<string>();
  /** Kinds of which one does not say where it is. */
  readonly #unsaid = new Set<Kind>();

  constructor({ attachments, programs, areAll }: ListedAttachments) {
    if (!areAll) for (const kind of KINDS) this.#unsaid.add(kind);
    const types = new Map(programs.map(({ id, type }) => [id, type]));
    for (const attachment of attachments) this.#add(attachment, types.get(attachment.programId ?? 0));
  }

  #add({ type, target, raw }: Attachment, programType: string | undefined): void {
    switch (type) {
      case 'tracing':
      case 'modify_return':
      case 'lsm': {
        const found = btfFunctionOf(raw);
        if (found === null) this.#unsaid.add('trampoline');
        else for (const key of keysOf(found.objectId, found.btfId)) this.#trampolines.add(key);
        return;
      }
      case 'kprobe':
      case 'kretprobe':
        if (target === '' || ADDRESS.test(target)) this.#unsaid.add('kprobe');
        this.#kprobes.add(withoutModule(target));
        this.#withKprobe.add(functionOf(target));
        return;
      case 'kprobe_multi': {
        const names = asObjects(raw.funcs).flatMap(({ func }) => asText(func) ?? []);
        if (names.length === 0) this.#unsaid.add('fprobe');
        for (const name of names) this.#fprobes.add(name);
        return;
      }
      case 'uprobe':
      case 'uretprobe':
        this.#uprobes.add(fileTarget(target));
        return;
      case 'perf_event':
        // bpftool before 7.3 says of no such link what it is on, unless perf show has it as well. Others count samples.
        if (target === '' && (programType ?? 'kprobe') === 'kprobe') this.#unsaid.add('kprobe').add('uprobe');
        return;
      default:
    }
  }

  hasTrampoline(key: string): HookOwner {
    return this.#answer(this.#trampolines.has(key), 'trampoline');
  }

  /** Whether one is at a place: `vfs_read+0x10`. */
  hasKprobe(target: string): HookOwner {
    return this.#answer(this.#kprobes.has(withoutModule(target)), 'kprobe');
  }

  /** Whether one is anywhere in a function: where ftrace calls it, an offset may be in front of that. */
  hasKprobeIn(name: string): HookOwner {
    return this.#answer(this.#withKprobe.has(name), 'kprobe');
  }

  hasFprobe(name: string): HookOwner {
    return this.#answer(this.#fprobes.has(name), 'fprobe');
  }

  hasUprobe(target: string): HookOwner {
    return this.#answer(this.#uprobes.has(target), 'uprobe');
  }

  #answer(isOne: boolean, kind: Kind): HookOwner {
    if (isOne) return 'bpf';
    return this.#unsaid.has(kind) ? 'unknown' : 'nobody';
  }
}

/** What tracefs shows as hooked, and whose it is, as far as what is listed tells; `time` is that of the look. */
export function kernelHooks(
  tracing: Tracing | undefined,
  listed: ListedAttachments,
  time: number,
): readonly KernelHook[] {
  if (tracing === undefined) return [];
  const attached = new Attached(listed);
  const events = probeEvents(tracing);
  const hooks = [...functionHooks(tracing.enabledFunctions ?? '', attached, events), ...eventHooks(events, attached)];
  return hooks.map((hook) => ({ ...hook, since: hook.owner === 'nobody' ? time : null, isSettled: false }));
}

/**
 * The hooks of this moment, those of nobody since when they are that: an honest tracer defines its probe before it puts a
 * program on it, and the kernel takes a hook away only some time after the attachment is gone.
 */
export function stillUnowned(
  previous: readonly KernelHook[],
  now: readonly KernelHook[],
  time: number,
): readonly KernelHook[] {
  const before = new Map(previous.map((hook) => [keyOf(hook), hook.since]));
  return now.map((hook) => {
    if (hook.since === null) return hook;
    const since = before.get(keyOf(hook)) ?? hook.since;
    return { ...hook, since, isSettled: time - since >= SETTLE_MS };
  });
}

function keyOf({ view, target, handler }: KernelHook): string {
  return JSON.stringify([view, target, handler]);
}

type Hook = Omit<KernelHook, 'since' | 'isSettled'>;

function functionHooks(text: string, attached: Attached, events: readonly ProbeEvent[]): readonly Hook[] {
  const probed = new Set(
    events.flatMap(({ kind, target }) => (kind === 'kprobe' || kind === 'fprobe' ? functionOf(target) : [])),
  );
  return hookedFunctions(text).flatMap(({ name, handlers, count, canDivert }) => {
    const plain = name.replace(MODULE, '');
    const isProbed = probed.has(plain);
    const others = handlers.filter((handler) => handler !== ASSISTANT);
    const said = others.length === 0 && count > 0 ? [''] : others;
    return said.map((handler): Hook => {
      const owner = ownerOf(handler, plain, attached, isProbed);
      return { view: 'enabled_functions', target: name, handler, canDivert, owner };
    });
  });
}

function ownerOf(handler: string, name: string, attached: Attached, isProbed: boolean): HookOwner {
  const key = TRAMPOLINE.exec(handler)?.[1];
  if (key !== undefined) return attached.hasTrampoline(key);
  if (KPROBE.test(handler)) return isProbed ? 'probe event' : attached.hasKprobeIn(name);
  if (FPROBE.test(handler)) return isProbed ? 'probe event' : attached.hasFprobe(name);
  if (handler === '' || SEVERAL.test(handler)) return 'unknown';
  if (ADDRESS.test(handler)) return 'nobody';
  const module = MODULE.exec(handler)?.[1];
  // What the kernel makes while it runs has the name of no module that was loaded.
  return module === undefined || module.startsWith('__builtin__') ? 'kernel' : 'module';
}

function eventHooks(events: readonly ProbeEvent[], attached: Attached): readonly Hook[] {
  return events.map(({ view, kind, name, target }): Hook => {
    return { view, target, handler: name, canDivert: false, owner: eventOwner(kind, target, attached) };
  });
}

/** BPF attaches to no other kind (perf_event_set_bpf_prog in kernel/events/core.c). */
function eventOwner(kind: ProbeEvent['kind'], target: string, attached: Attached): HookOwner {
  if (kind === 'uprobe') return attached.hasUprobe(target);
  return kind === 'kprobe' ? attached.hasKprobe(target) : 'nobody';
}

/**
 * Keys of the trampolines that both numbers of a link may be of: of a function of the kernel, or of one of a program
 * (bpf_trampoline_compute_key in include/linux/bpf_verifier.h). Nothing in the link tells which.
 */
function keysOf(objectId: number, btfId: number): readonly string[] {
  const upper = BigInt(objectId) << 32n;
  return [upper | 0x80000000n | BigInt(btfId), upper | BigInt(btfId)].map(String);
}

/** `module:function` is how a probe names a function of a module. */
function withoutModule(target: string): string {
  return target.replace(/^[^:/]+:/, '');
}

/** The function that a place is in. */
function functionOf(target: string): string {
  return withoutModule(target).replace(/\+0x[0-9a-f]+$/, '');
}

/** `/bin/bash+0x31000` as an attachment says it, the way that tracefs does. */
function fileTarget(target: string): string {
  const [, path = target, offset = '0'] = /^(.*)\+0x([0-9a-f]+)$/.exec(target) ?? [];
  return `${path}:0x${offset}`;
}
