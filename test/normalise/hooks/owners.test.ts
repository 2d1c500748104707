import { describe, expect, it } from 'vitest';
import type { Attachment, KernelHook } from '../../../src/model/inventory.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Snapshot, Tracing } from '../../../src/model/snapshot.ts';
import { decodePerf } from '../../../src/normalise/decode-attachments.ts';
import { decodeLink } from '../../../src/normalise/decode-links.ts';
import { decodeProgram } from '../../../src/normalise/decode-objects.ts';
import { indexOwners } from '../../../src/normalise/decode-owners.ts';
import { firstSeen, kernelHooks, stillUnowned } from '../../../src/normalise/hooks/owners.ts';
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
  kernelHooks(tracing, { attachments, programs: PROGRAMS, areAll, areCgroups: false }).map((hook) => {
    expect(firstSeen(hook, 7).since).toBe(hook.owner === 'nobody' ? 7 : null);
    return `${hook.view} ${hook.owner}`;
  });
const functions = (enabledFunctions: string, ...raws: readonly JsonObject[]) =>
  ownersOf({ enabledFunctions, kprobeEvents: '', dynamicEvents: '' }, listed(...raws)).map((each) =>
    each.replace('enabled_functions ', ''),
  );

/** A program of type lsm that no link is of: it may stand in the tree of cgroups, which was walked or not. */
const PROGRAMS_OF_LSM = {
  judge: (enabledFunctions: string, areCgroups: boolean) => {
    const programs = [bpftoolProgram(3, { type: 'lsm' })].flatMap((raw) => decodeProgram(raw, snapshot, owners) ?? []);
    const tracing = { enabledFunctions, kprobeEvents: '', dynamicEvents: '' };
    return kernelHooks(tracing, { attachments: [], programs, areAll: true, areCgroups }).map(({ owner }) => owner);
  },
};

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
    expect(functions(kprobe, { type: 'perf_event', addr: 0, func: '' })).toEqual(['unknown']);
    const event = { enabledFunctions: kprobe, kprobeEvents: 'p:a/b vfs_read+4\n', dynamicEvents: '' };
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

  it('is not told by probes that do not say their function, or that could not be read', () => {
    const kprobe = tramp('kprobe_ftrace_handler');
    const events = { enabledFunctions: kprobe, kprobeEvents: '', dynamicEvents: '' };
    const judge = (tracing: Tracing, ...raws: readonly JsonObject[]) => ownersOf(tracing, listed(...raws))[0];
    expect(judge(events)).toBe('enabled_functions nobody');
    // As perf probe writes them.
    for (const target of ['_text+3211264', '0x00000000fe3a1b2c']) {
      expect(judge({ ...events, kprobeEvents: `p:probe/vfs_read ${target}\n` })).toBe('enabled_functions unknown');
    }
    expect(judge(events, { pid: 5, fd: 7, prog_id: 2, fd_type: 'kprobe', func: '_text', offset: 3_211_264 })).toBe(
      'enabled_functions unknown',
    );
    expect(judge({ enabledFunctions: kprobe, kprobeEvents: '' })).toBe('enabled_functions unknown');
    // Further on in the function ftrace does not call for it, and an fprobe is no kprobe.
    expect(judge({ ...events, kprobeEvents: 'p:a/b vfs_read+200\n' })).toBe('enabled_functions nobody');
    expect(judge({ ...events, dynamicEvents: 'f:a/b vfs_read\n' })).toBe('enabled_functions nobody');
  });

  it('is who replaces no function of the kernel, and says so', () => {
    const ext = { type: 'tracing', attach_type: '', prog_type: 'ext', target_obj_id: 4, target_btf_id: 5 };
    expect(functions(direct(KEY), ext)).toEqual(['nobody']);
    const inTree = { ...PROGRAMS_OF_LSM, enabledFunctions: direct(KEY).replace('vfs_read', 'bpf_lsm_socket_bind') };
    expect(inTree.judge(inTree.enabledFunctions, false)).toEqual(['unknown']);
    expect(inTree.judge(inTree.enabledFunctions, true)).toEqual(['nobody']);
    expect(inTree.judge(direct(KEY), false)).toEqual(['nobody']);
  });

  it('is who has a link that bpftool only tells in part, or a probe on a tracepoint', () => {
    const part = { type: 'kprobe_multi', func_cnt: 2, funcs: [{ func: 'vfs_read' }] };
    expect(functions(tramp('fprobe_handler', 'vfs_write'), part)).toEqual(['unknown']);
    const stub = { enabledFunctions: tramp('fprobe_handler', '__probestub_sched_switch'), kprobeEvents: '' };
    expect(ownersOf({ ...stub, dynamicEvents: 't:a/b sched_switch\n' }, [])[0]).toBe('enabled_functions probe event');
  });

  it('is left open where an fprobe is not told apart from the graph of functions', () => {
    const graph = tramp('ftrace_graph_func');
    expect(functions(graph)).toEqual(['unknown']);
    expect(functions(graph, { type: 'kprobe_multi', func_cnt: 1, funcs: [{ func: 'vfs_read' }] })).toEqual(['bpf']);
    const said =
      'vfs_read (1) O \tops: a+0x0/0x1 (ftrace_graph_func+0x0/0x1)\tsubops: {ent:fprobe_entry+0x0/0x1 ret:fprobe_return+0x0/0x1}';
    expect(functions(said)).toEqual(['kernel', 'nobody', 'nobody']);
  });

  it('is the one that is known where the kernel does not say whom it calls', () => {
    const silent = 'vfs_read (1) R         \n';
    expect(functions(silent)).toEqual(['unknown']);
    expect(functions(silent, { pid: 5, fd: 7, prog_id: 2, fd_type: 'kprobe', func: 'vfs_read', offset: 0 })).toEqual([
      'bpf',
    ]);
    expect(
      functions(silent.replace('(1)', '(2)'), { pid: 5, fd: 7, prog_id: 2, fd_type: 'kprobe', func: 'vfs_read' }),
    ).toEqual(['unknown']);
  });

  it('is a module whatever that calls itself', () => {
    for (const handler of [
      'hook+0x0/0x40 [__builtin__x]',
      'kprobe_ftrace_handler+0x0/0x40 [evil]',
      'bpf_trampoline_6442515981+0x0/0x40 [bpf]',
      'hook+0x0/0x40 [a b]',
      'hook+0x0/0x40 [a]b]',
    ]) {
      const line = `vfs_read (1) R \ttramp: 0xffffffffc0402000 (${handler})`;
      expect([handler, functions(line, tracing({}))]).toEqual([handler, ['module']]);
    }
    for (const handler of ['hook+0x0/0x40 [x (klp_ftrace_handler) y]', 'hook+0x0/0x40 [x->klp_ftrace_handler]']) {
      const found = functions(`vfs_read (1) R \ttramp: 0xffffffffc0402000 (${handler})`);
      expect([handler, found.some((owner) => owner === 'module' || owner === 'nobody')]).toEqual([handler, true]);
    }
  });

  it('is the kernel for what came with it, a module for what did not, and nobody for what has no name', () => {
    for (const handler of ['klp_ftrace_handler', 'function_trace_call']) {
      expect(functions(tramp(handler))).toEqual(['kernel']);
    }
    expect(
      functions('x (1) R I \ttramp: 0xffffffffc0402000 (hook+0x0/0x40 [rootkit]) ->ftrace_ops_assist_func+0x0/0xf0'),
    ).toEqual(['module']);
    expect(functions('x (1) R I \ttramp: 0xffffffffc0402000 (0xffffffffc0500000)')).toEqual(['nobody']);
    for (const rest of [
      '    ->arch_ftrace_ops_list_func+0x0/0x250',
      '    ->ftrace_ops_assist_func+0x0/0x250',
      '    ',
    ]) {
      expect(functions(`x (2)${rest}`)).toEqual(['unknown']);
    }
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
    expect(judge({ ...perf, fd_type: 'uretprobe' })).toEqual(['uprobe_events nobody']);
    expect(judge({ type: 'perf_event' })).toEqual(['uprobe_events unknown']);
  });

  it('is told of each place that one name is on, and of a path as it was given', () => {
    const uprobeEvents = 'p:a/b ./copy:0x0000000000001000\np:a/b ./copy:0x0000000000001010\n';
    const perf = { pid: 7, fd: 5, prog_id: 2, fd_type: 'uprobe', filename: './copy', offset: 0x1000 };
    expect(ownersOf({ uprobeEvents }, listed(perf))).toEqual(['uprobe_events bpf', 'uprobe_events nobody']);
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
    ...{ since: 9000, looks: 1, isSettled: false },
    ...over,
  });
  const owned = hook({ owner: 'bpf', since: null, looks: 0 });

  it('is told of the same one alone, and holds after five seconds and three looks', () => {
    const counted = (since: number, looks: number) => stillUnowned([hook({ since, looks })], [hook()], 9000);
    expect(counted(4001, 8)).toEqual([hook({ since: 4001, looks: 9 })]);
    expect(counted(4000, 1)).toEqual([hook({ since: 4000, looks: 2 })]);
    expect(counted(4000, 2)).toEqual([hook({ since: 4000, looks: 3, isSettled: true })]);
    const other = hook({ target: '/bin/bash:0x2' });
    expect(stillUnowned([hook({ since: 4000 })], [other], 9000)).toEqual([other]);
    // Each program that comes or goes gives a trampoline another image.
    const image = (number: number) => hook({ handler: `bpf_trampoline_7_${number}` });
    expect(stillUnowned([{ ...image(1), since: 1 }], [image(2)], 9000)).toEqual([{ ...image(2), since: 1, looks: 2 }]);
  });

  it('begins anew after somebody owned it', () => {
    expect(stillUnowned([owned], [hook()], 9000)).toEqual([hook()]);
    expect(stillUnowned([hook({ since: 1 })], [owned], 9000)).toEqual([owned]);
  });
});
