import type { HookOwner, KernelHook } from '../../model/inventory.ts';
import type { Tracing } from '../../model/snapshot.ts';
import { SETTLE_MS } from '../unkept.ts';
import { Attached, type ListedAttachments } from './attached.ts';
import { hookedFunctions } from './functions.ts';
import { NO_FUNCTION, ofNoModule, returning, siteOf, withoutModule } from './places.ts';
import { type ProbeEvent, probeEvents } from './probe-events.ts';

/** An image of a trampoline of BPF: its key, and in some kernels the number of the image (kernel/bpf/trampoline.c). */
const TRAMPOLINE = /^bpf_trampoline_(\d+)(?:_\d+)?$/;

/** How the kernel calls those who have a probe there, by the name of what ftrace calls. */
const KPROBE = 'kprobe_ftrace_handler';
const FPROBE = /^fprobe_\w+$/;

/** From Linux 6.14 on also for fprobes; not all versions say for whom. */
const GRAPH: ReadonlySet<string> = new Set(['ftrace_graph_func', 'ftrace_stub']);

/** Several share one trampoline: whom it calls is not told. */
const SEVERAL = /^(arch_)?ftrace_ops_list_func$/;

/** It only stands before the one who is called. */
const ASSISTANT = 'ftrace_ops_assist_func';

/** A symbol of the kernel itself. */
const SYMBOL = /^[A-Za-z_.$][\w.$]*$/;

/** Looks at the least, and time, until what is nobody's is that. */
const LEAST_LOOKS = 3;

/** What tracefs shows as hooked, and whose it is, as far as what is listed tells. */
export function kernelHooks(tracing: Tracing, listed: ListedAttachments): readonly SeenHook[] {
  const attached = new Attached(listed);
  return [...functionHooks(tracing, attached), ...eventHooks(probeEvents(tracing), attached)];
}

/** What is said of a hook at the first look that shows it; `time` is that of the look. */
export function firstSeen({ owner }: SeenHook, time: number): Pick<KernelHook, 'since' | 'looks' | 'isSettled'> {
  const isNobodys = owner === 'nobody';
  return { since: isNobodys ? time : null, looks: isNobodys ? 1 : 0, isSettled: false };
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
  const before = new Map(previous.map((hook) => [keyOf(hook), hook]));
  return now.map((hook) => {
    if (hook.since === null) return hook;
    const known = before.get(keyOf(hook));
    const since = known?.since ?? hook.since;
    const looks = (known?.looks ?? 0) + 1;
    return { ...hook, since, looks, isSettled: looks >= LEAST_LOOKS && time - since >= SETTLE_MS };
  });
}

/** A trampoline has another image whenever a program comes or goes. */
function keyOf({ view, target, handler }: KernelHook): string {
  return JSON.stringify([view, target, handler.replace(/^(bpf_trampoline_\d+)_\d+$/, '$1')]);
}

/** A hook as one look shows it. */
export type SeenHook = Omit<KernelHook, 'since' | 'looks' | 'isSettled'>;

/** Functions that probes of tracefs are on, by what ftrace calls for them. */
interface Probed {
  readonly kprobes: ReadonlySet<string>;
  readonly fprobes: ReadonlySet<string>;
  /** False where a file is missing, or a probe does not say its function. */
  readonly areAll: boolean;
}

function probedFunctions(tracing: Tracing): Probed {
  const events = probeEvents(tracing);
  const places = (kind: ProbeEvent['kind']) =>
    events.filter((event) => event.kind === kind).map(({ target }) => withoutModule(target));
  const kprobes = places('kprobe');
  const { kprobeEvents, dynamicEvents } = tracing;
  return {
    kprobes: new Set(kprobes.flatMap((place) => siteOf(place) ?? [])),
    // A probe on a tracepoint is one on its stub (kernel/trace/trace_fprobe.c).
    fprobes: new Set([...places('fprobe'), ...places('tprobe').map((name) => `__probestub_${name}`)]),
    areAll:
      kprobeEvents !== undefined &&
      dynamicEvents !== undefined &&
      !kprobes.some((place) => NO_FUNCTION.test(place.replace(/\+0x[0-9a-f]+$/, ''))),
  };
}

function functionHooks(tracing: Tracing, attached: Attached): readonly SeenHook[] {
  const probed = probedFunctions(tracing);
  return hookedFunctions(tracing.enabledFunctions ?? '').flatMap(({ name, handlers, count, canDivert }) => {
    const others = handlers.filter((handler) => handler !== ASSISTANT);
    const isGraphSaid = handlers.some((handler) => FPROBE.test(handler));
    return (others.length === 0 && count > 0 ? [''] : others).map((handler): SeenHook => {
      const owner = ownerOf(handler, ofNoModule(name), { attached, probed, count, isGraphSaid });
      return { view: 'enabled_functions', target: name, handler, canDivert, owner };
    });
  });
}

interface Known {
  readonly attached: Attached;
  readonly probed: Probed;
  readonly count: number;
  /** The line says for which fprobes. */
  readonly isGraphSaid: boolean;
}

function ownerOf(handler: string, name: string, known: Known): HookOwner {
  // First of all: a module chooses its own name, and those of its functions.
  if (ofNoModule(handler) !== handler) return 'module';
  const key = TRAMPOLINE.exec(handler)?.[1];
  const { attached } = known;
  if (key !== undefined)
    return attached.owner('trampoline', key, ...(name.startsWith('bpf_lsm_') ? ['lsm' as const] : []));
  if (handler === KPROBE) return probeOwner('kprobes', name, known);
  if (FPROBE.test(handler)) return probeOwner('fprobes', name, known);
  if (GRAPH.has(handler) && !known.isGraphSaid) {
    const owner = probeOwner('fprobes', name, known);
    return owner === 'nobody' ? 'unknown' : owner;
  }
  if (handler === '') return known.count === 1 ? unsaidOwner(name, known) : 'unknown';
  if (SEVERAL.test(handler)) return 'unknown';
  return SYMBOL.test(handler) ? 'kernel' : 'nobody';
}

function probeOwner(kind: 'kprobes' | 'fprobes', name: string, { attached, probed }: Known): HookOwner {
  if (probed[kind].has(name)) return 'probe event';
  const owner = attached.owner(kind === 'kprobes' ? 'site' : 'fprobe', name);
  return owner === 'nobody' && !probed.areAll ? 'unknown' : owner;
}

/** Some architectures do not say who is called (arch_ftrace_trampoline_func): then it is the one who is known to be. */
function unsaidOwner(name: string, known: Known): HookOwner {
  const owners = (['kprobes', 'fprobes'] as const).map((kind) => probeOwner(kind, name, known));
  return owners.find((owner) => owner === 'bpf' || owner === 'probe event') ?? 'unknown';
}

function eventHooks(events: readonly ProbeEvent[], attached: Attached): readonly SeenHook[] {
  return events.map((event): SeenHook => {
    const { view, name, target } = event;
    return { view, target, handler: name, canDivert: false, owner: eventOwner(event, attached) };
  });
}

/** BPF attaches to no other kind (perf_event_set_bpf_prog in kernel/events/core.c). */
function eventOwner({ kind, target, isReturn }: ProbeEvent, attached: Attached): HookOwner {
  if (kind === 'uprobe') return attached.owner('uprobe', returning(target, isReturn));
  return kind === 'kprobe' ? attached.owner('kprobe', returning(withoutModule(target), isReturn)) : 'nobody';
}
