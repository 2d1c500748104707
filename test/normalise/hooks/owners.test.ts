import { describe, expect, it } from 'vitest';
import type { Attachment, KernelHook } from '../../../src/model/inventory.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Snapshot, Tracing } from '../../../src/model/snapshot.ts';
import { decodePerf } from '../../../src/normalise/decode-attachments.ts';
import { decodeLink } from '../../../src/normalise/decode-links.ts';
import { decodeProgram } from '../../../src/normalise/decode-objects.ts';
import { indexOwners } from '../../../src/normalise/decode-owners.ts';
import { kernelHooks, stillUnowned } from '../../../src/normalise/hooks/owners.ts';
import { bpftoolProgram, snapshotAt } from '../../helpers/observations.ts';

const observation = snapshotAt(1);
if (observation.kind !== 'snapshot') throw new Error('no snapshot');
const snapshot: Snapshot = observation.snapshot;
const owners = indexOwners(snapshot);
const listed = (...raws: readonly JsonObject[]): readonly Attachment[] =>
  raws.flatMap(
    (raw) => (raw.fd === undefined ? decodeLink({ id: 3, prog_id: 1, ...raw }, owners) : decodePerf(raw, owners)) ?? [],
  );

/** Of the links and perf events here: a tracer's, and one that counts samples. */
const PROGRAMS = [bpftoolProgram(1, { type: 'kprobe' }), bpftoolProgram(9, { type: 'perf_event' })].flatMap(
  (raw) => decodeProgram(raw, snapshot, owners) ?? [],
);

const tramp = (handler: string, name = 'vfs_read') =>
  `${name} (1) R     \ttramp: 0xffffffffc0402000 (${handler}+0x0/0x40)\n`;
const direct = (image: string) => `vfs_read (1)     D  \n\tdirect-->bpf_trampoline_${image}+0x0/0xf2\n`;
const ownersOf = (tracing: Tracing, attachments: readonly Attachment[], areAll = true) =>
  kernelHooks(tracing, { attachments, programs: PROGRAMS, areAll }, 7).map(({ view, owner, since }) => {
    expect(since).toBe(owner === 'nobody' ? 7 : null);
    return `${view} ${owner}`;
  });
const functions = (enabledFunctions: string, ...raws: readonly JsonObject[]) =>
  ownersOf({ enabledFunctions }, listed(...raws)).map((each) => each.replace('enabled_functions ', ''));

describe('who is called from functions of the kernel', () => {
  const tracing = (over: JsonObject): JsonObject => ({
    ...{ type: 'tracing', attach_type: 'trace_fentry', prog_type: 'tracing', target_obj_id: 1, target_btf_id: 65_037 },
    ...over,
  });
  // 1 × 2^32 + 2^31 + 65,037, and for a function of program 9 without the 2^31.
  const KEY = '6442515981';
  const OF_PROGRAM = '38654705669';

  it('is BPF where a link says that it is on that function', () => {
    expect(functions(direct(KEY), tracing({}))).toEqual(['bpf']);
    expect(functions(direct(`${KEY}_1`), tracing({ attach_type: 'modify_return' }))).toEqual(['bpf']);
    expect(functions(direct(OF_PROGRAM), tracing({ target_obj_id: 9, target_btf_id: 5 }))).toEqual(['bpf']);
    expect(functions(direct(KEY), tracing({ attach_type: 'lsm_mac' }))).toEqual(['bpf']);
  });

  it('is nobody where all links are on other functions, and unknown where one does not say', () => {
    expect(functions(direct(KEY))).toEqual(['nobody']);
    expect(functions(direct(KEY), tracing({ target_btf_id: 65_036 }))).toEqual(['nobody']);
    expect(functions(direct(KEY), tracing({ target_obj_id: 2 }))).toEqual(['nobody']);
    // bpftool before 7.3.
    const unsaid = { type: 'tracing', attach_type: 'trace_fentry', prog_type: 'tracing' };
    expect(functions(direct(KEY), unsaid)).toEqual(['unknown']);
    expect(functions(direct(KEY), unsaid, tracing({}))).toEqual(['bpf']);
  });

  it('is who has a kprobe there', () => {
    const kprobe = tramp('kprobe_ftrace_handler');
    const perf = { pid: 5, fd: 7, prog_id: 2, fd_type: 'kprobe', func: 'vfs_read', offset: 0 };
    expect(functions(kprobe, perf)).toEqual(['bpf']);
    // Before the landing pad of indirect branches.
    expect(functions(kprobe, { ...perf, offset: 4 })).toEqual(['bpf']);
    expect(functions(kprobe, { type: 'perf_event', func: 'vfs_read', retprobe: true })).toEqual(['bpf']);
    expect(functions(kprobe, { ...perf, func: 'vfs_write' })).toEqual(['nobody']);
    expect(functions(kprobe, { type: 'perf_event' })).toEqual(['unknown']);
    expect(functions(kprobe, { type: 'perf_event', prog_id: 9 })).toEqual(['nobody']);
    // A program that is not listed may be of any type.
    expect(functions(kprobe, { type: 'perf_event', prog_id: 77 })).toEqual(['unknown']);
    expect(functions(kprobe, { type: 'perf_event', addr: '0x0', func: '' })).toEqual(['unknown']);
    const event = { enabledFunctions: kprobe, kprobeEvents: 'p:a/b vfs_read+4\n' };
    expect(ownersOf(event, [])).toEqual(['enabled_functions probe event', 'kprobe_events nobody']);
    const ofModule = tramp('kprobe_ftrace_handler', 'nft_do_chain [nf_tables]');
    expect(functions(ofModule, { ...perf, func: 'nf_tables:nft_do_chain' })).toEqual(['bpf']);
  });

  it('is who has a link to many there', () => {
    const multi = { type: 'kprobe_multi', func_cnt: 2, funcs: [{ func: 'vfs_read' }, { func: 'vfs_write' }] };
    for (const handler of ['fprobe_handler', 'fprobe_fgraph_entry']) {
      expect(functions(tramp(handler), multi)).toEqual(['bpf']);
      expect(functions(tramp(handler, 'vfs_open'), multi)).toEqual(['nobody']);
      expect(functions(tramp(handler), { type: 'kprobe_multi', func_cnt: 2, funcs: [] })).toEqual(['unknown']);
      expect(ownersOf({ enabledFunctions: tramp(handler), dynamicEvents: 'f:a/b vfs_read%return\n' }, [])).toEqual([
        'enabled_functions probe event',
        'dynamic_events nobody',
      ]);
    }
  });

  it('is the kernel for what came with it, a module for what did not, and nobody for what has no name', () => {
    for (const handler of ['klp_ftrace_handler', 'function_trace_call', 'ftrace_graph_func']) {
      expect(functions(tramp(handler))).toEqual(['kernel']);
    }
    expect(
      functions('x (1) R I \ttramp: 0xffffffffc0402000 (hook+0x0/0x40 [rootkit]) ->ftrace_ops_assist_func+0x0/0xf0'),
    ).toEqual(['module']);
    expect(functions('x (1) R I \ttramp: 0xffffffffc0402000 (0xffffffffc0500000)')).toEqual(['nobody']);
    expect(functions('x (2)       ->arch_ftrace_ops_list_func+0x0/0x250')).toEqual(['unknown']);
    expect(functions('x (1)       ->ftrace_ops_assist_func+0x0/0x250')).toEqual(['unknown']);
    expect(functions('x (1)       ')).toEqual(['unknown']);
  });
});

describe('whose a probe event is', () => {
  it('is BPF where a program is on that place of that file', () => {
    const uprobeEvents = 'p:probes/shell /bin/bash:0x0000000000031000 arg1=%ax\n';
    const perf = { pid: 7580, fd: 5, prog_id: 2, fd_type: 'uprobe', filename: '/bin/bash', offset: 200_704 };
    const judge = (...raws: readonly JsonObject[]) => ownersOf({ uprobeEvents }, listed(...raws));
    expect(judge(perf)).toEqual(['uprobe_events bpf']);
    expect(judge({ type: 'perf_event', file: '/bin/bash', offset: 200_704 })).toEqual(['uprobe_events bpf']);
    expect(judge({ ...perf, offset: 200_705 })).toEqual(['uprobe_events nobody']);
    expect(judge({ ...perf, filename: '/bin/sh' })).toEqual(['uprobe_events nobody']);
    expect(judge({ type: 'perf_event' })).toEqual(['uprobe_events unknown']);
  });

  it('is nobody for kinds that BPF does not attach to', () => {
    expect(ownersOf({ dynamicEvents: 't:a/b sched_switch\n' }, [])).toEqual(['dynamic_events nobody']);
  });
});

it('is not known where a listing of attachments is missing', () => {
  const tracing = {
    enabledFunctions: tramp('kprobe_ftrace_handler') + direct('1'),
    uprobeEvents: 'p:a/b /bin/sh:0x1\n',
  };
  expect(ownersOf(tracing, [], false)).toEqual([
    'enabled_functions unknown',
    'enabled_functions unknown',
    'uprobe_events unknown',
  ]);
});

describe('since when nobody owns a hook', () => {
  const hook = (over: Partial<KernelHook> = {}): KernelHook => ({
    ...{ view: 'uprobe_events', target: '/bin/bash:0x1', handler: 'p:a/b', canDivert: false, owner: 'nobody' },
    ...{ since: 9000, isSettled: false },
    ...over,
  });
  const owned = hook({ owner: 'bpf', since: null });

  it('is told of the same one alone, and holds after five seconds', () => {
    expect(stillUnowned([hook({ since: 4001 })], [hook()], 9000)).toEqual([hook({ since: 4001 })]);
    expect(stillUnowned([hook({ since: 4000 })], [hook()], 9000)).toEqual([hook({ since: 4000, isSettled: true })]);
    const other = hook({ target: '/bin/bash:0x2' });
    expect(stillUnowned([hook({ since: 4000 })], [other], 9000)).toEqual([other]);
  });

  it('begins anew after somebody owned it', () => {
    expect(stillUnowned([owned], [hook()], 9000)).toEqual([hook()]);
    expect(stillUnowned([hook({ since: 1 })], [owned], 9000)).toEqual([owned]);
  });
});
