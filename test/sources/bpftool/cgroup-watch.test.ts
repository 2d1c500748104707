import { describe, expect, it } from 'vitest';
import { CgroupWatch } from '../../../src/sources/bpftool/cgroup-watch.ts';
import { bpftoolProgram } from '../../helpers/observations.ts';

const skb = (id: number, over = {}) => bpftoolProgram(id, { type: 'cgroup_skb', ...over });
const tree = (...ids: readonly number[]) => [
  { cgroup: '/sys/fs/cgroup/a', programs: ids.map((id) => ({ id, attach_type: 'egress' })) },
];
const holder = (...programIds: readonly number[]) => ({
  ...{ pid: 7, comm: 'x', exe: null, uid: 0, capabilities: [], startTime: 1, mapIds: [], linkIds: [] },
  programIds,
});

describe('CgroupWatch', () => {
  it('walks the tree at first, when programs of cgroups come or go, and every 15 s', () => {
    const watch = new CgroupWatch(false);
    const look = (time: number, ...prog: ReturnType<typeof skb>[]) => {
      const due = watch.isDue({ prog }, [], time);
      if (due) watch.walked([], time);
      return due;
    };
    expect([look(0), look(2000), look(4000, skb(1)), look(6000, skb(1)), look(8000)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    // Other programs have nothing to do with it.
    expect([look(10_000, bpftoolProgram(9)), look(22_999), look(23_000)]).toEqual([false, false, true]);
  });

  it('walks it when a program lost the last of what is seen to keep it', () => {
    const watch = new CgroupWatch(false);
    const prog = [skb(1)];
    expect(watch.isDue({ prog }, [holder(1)], 0)).toBe(true);
    watch.walked([], 0);
    expect(watch.isDue({ prog }, [holder(1)], 10)).toBe(false);
    expect(watch.isDue({ prog }, [holder()], 20)).toBe(true);
  });

  it('walks it as long as it names a program that is not listed, so that this is no old answer', () => {
    const watch = new CgroupWatch(false);
    expect(watch.isDue({ prog: [] }, [], 0)).toBe(true);
    watch.walked(tree(1), 0);
    expect(watch.isDue({ prog: [] }, [], 10)).toBe(true);
    watch.walked(tree(), 10);
    expect(watch.isDue({ prog: [] }, [], 20)).toBe(false);
  });

  it('walks it again at once when it broke off', () => {
    const watch = new CgroupWatch(false);
    expect(watch.isDue({ prog: [] }, [], 0)).toBe(true);
    watch.failed();
    expect(watch.isDue({ prog: [] }, [], 10)).toBe(true);
    watch.walked([], 10);
    expect(watch.isDue({ prog: [] }, [], 20)).toBe(false);
  });

  it('walks it always when told so', () => {
    const watch = new CgroupWatch(true);
    watch.walked([], 0);
    expect([watch.isDue({}, [], 1), watch.isDue({}, [], 2)]).toEqual([true, true]);
  });
});
