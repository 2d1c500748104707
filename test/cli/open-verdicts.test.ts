import { describe, expect, it } from 'vitest';
import { complainOfOpenVerdicts, openVerdicts, openVerdictText } from '../../src/cli/open-verdicts.ts';
import type { CheckRun } from '../../src/model/check.ts';
import type { Inventory, KernelHook, UnlistedObject } from '../../src/model/inventory.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { snapshotAt } from '../helpers/observations.ts';
import { checkResult } from '../helpers/report.ts';

const CHECKS = ['check-unlisted-objects', 'check-function-hooks', 'check-probe-events', 'check-packet-sockets'];

function inventoryWith(over: Partial<Inventory>): Inventory {
  const observation = snapshotAt(1000);
  if (observation.kind !== 'snapshot') throw new Error('not a snapshot');
  return { ...toInventory(observation.snapshot).inventory, ...over };
}

function runOf(ids: readonly string[]): CheckRun {
  const results = ids.map((id) => checkResult({ id, status: 'inconclusive' }));
  const counts = { total: ids.length, passed: 0, failed: 0, inconclusive: ids.length, notApplicable: 0 };
  return { time: 0, results, ...counts, overall: 'inconclusive', highestSeverity: null };
}

const object = (id: number, over: Partial<UnlistedObject> = {}): UnlistedObject => ({
  ...{ kind: 'program', id, seenIn: ['xdp lo'], looks: 1, isAudited: false },
  ...over,
});
const hook = (view: KernelHook['view'], handler: string, isSettled: boolean): KernelHook => ({
  ...{ view, target: 'vfs_read', handler, canDivert: false, owner: 'nobody', since: 1, looks: 1 },
  isSettled,
});
const OPEN: Partial<Inventory> = {
  unlisted: [object(9), object(10, { looks: 2 }), object(11, { lackedBy: 'prog.json' })],
  unlistedSymbols: { names: ['bpf_prog_0123456789abcdef_odd'], explained: 0, looks: 2, isLost: false },
  kernelHooks: [hook('enabled_functions', 'hook [x]', false), hook('kprobe_events', 'p:x/\u001by', false)],
  packetSockets: [
    { inode: 77, type: 3, protocol: 3, device: null, uid: 0, holders: [], filter: null, unheldLooks: 1 },
  ] as unknown as Inventory['packetSockets'],
};

describe('what too few looks have seen', () => {
  it('is named, of each kind, and what is decided is not', () => {
    expect(openVerdicts(inventoryWith(OPEN)).map(({ name }) => name)).toEqual([
      'program 9',
      'symbol bpf_prog_0123456789abcdef_odd',
      'hook hook [x] on vfs_read',
      'probe p:x/\u001by',
      'packet socket 77',
    ]);
  });

  it('is nothing on a host where everything is listed', () => {
    expect(openVerdicts(inventoryWith({}))).toEqual([]);
    expect(complainOfOpenVerdicts(null, runOf(CHECKS))).toBe(0);
    expect(complainOfOpenVerdicts(inventoryWith({}), runOf(CHECKS))).toBe(0);
  });

  it('leaves out iterators in saved files, which bpftool loads itself', () => {
    expect(openVerdicts(inventoryWith({ unlisted: [object(9, { isOfIterator: true })] }))).toEqual([]);
  });

  it('is said, with exit code 3', () => {
    const text = openVerdictText(inventoryWith(OPEN), runOf(CHECKS));
    expect(text).toMatch(/^too few looks to decide whether these are hidden: program 9, .*; look at the host again$/s);
    expect(complainOfOpenVerdicts(inventoryWith(OPEN), runOf(CHECKS))).toBe(3);
  });

  it('is of no interest where the check that asks was not run', () => {
    expect(complainOfOpenVerdicts(inventoryWith(OPEN), runOf(['check-map-limits']))).toBe(0);
  });

  it('is counted where there is too much of it to be named', () => {
    const unlisted = Array.from({ length: 30 }, (_, index) => object(index + 1));
    expect(openVerdictText(inventoryWith({ unlisted }), runOf(CHECKS))).toContain('program 20, and 10 more; look');
  });
});
