import type { Tracing } from '../../model/snapshot.ts';

/** A probe that was defined in tracefs. */
export interface ProbeEvent {
  readonly view: 'kprobe_events' | 'uprobe_events' | 'dynamic_events';
  readonly kind: 'kprobe' | 'uprobe' | 'fprobe' | 'tprobe';
  readonly isReturn: boolean;
  /** `p:group/name`. */
  readonly name: string;
  /** `vfs_read+0x10`, `/bin/bash:0x31000`, a tracepoint. */
  readonly target: string;
}

/** `p:group/name target arguments`; a return probe may have a number behind its letter. */
const EVENT = /^([prft])\d*:(\S+) (\S+)(.*)$/s;

/**
 * The target of a uprobe: a path as it was given, which may have blanks, and an offset, maybe with that of a counter. Among
 * other probes it is told by its slash.
 */
const FILE_TARGET = /^(.*?):0x([0-9a-f]+)(?:\(0x[0-9a-f]+\))?(?=%return| |$)/;
const ROOTED = /^\//;

/**
 * Reads the probes in `kprobe_events`, `uprobe_events` and, for kinds that have no file of their own, `dynamic_events`
 * (trace_kprobe_show, trace_uprobe_show and trace_fprobe_show in kernel/trace). Each place is there once.
 */
export function probeEvents(tracing: Tracing): readonly ProbeEvent[] {
  const views = [
    ['kprobe_events', tracing.kprobeEvents],
    ['uprobe_events', tracing.uprobeEvents],
    ['dynamic_events', tracing.dynamicEvents],
  ] as const;
  const found = new Map<string, ProbeEvent>();
  for (const [view, text = ''] of views) {
    for (const line of text.split('\n')) {
      const event = probeEvent(view, line);
      if (event === null) continue;
      // Several places may have one name.
      const key = JSON.stringify([event.kind, event.name, event.target]);
      if (!found.has(key)) found.set(key, event);
    }
  }
  return [...found.values()];
}

function probeEvent(view: ProbeEvent['view'], line: string): ProbeEvent | null {
  const [, letter = '', name = '', first = '', rest = ''] = EVENT.exec(line) ?? [];
  if (name === '') return null;
  const isFile = view === 'uprobe_events' || ROOTED.test(first);
  const file = isFile ? FILE_TARGET.exec(first + rest) : null;
  const isReturn = letter === 'r' || first.endsWith('%return');
  const head = { view, name: `${letter}:${name}`, isReturn };
  if (file !== null) return { ...head, kind: 'uprobe', target: `${file[1]}:0x${hex(file[2] ?? '')}` };
  if (letter === 'f') return { ...head, isReturn: first.endsWith('%return'), kind: 'fprobe', target: bare(first) };
  if (letter === 't') return { ...head, kind: 'tprobe', target: first };
  return { ...head, kind: 'kprobe', target: functionTarget(bare(first)) };
}

function bare(target: string): string {
  return target.replace(/%(return|entry)$/, '');
}

/** The kernel prints the offset in a function as a decimal number, and that in a file with zeros before it. */
function functionTarget(target: string): string {
  const [, name = target, offset] = /^(.*)\+(\d+)$/.exec(target) ?? [];
  return offset === undefined || Number(offset) === 0 ? name : `${name}+0x${Number(offset).toString(16)}`;
}

function hex(digits: string): string {
  return digits.replace(/^0+(?=.)/, '');
}
