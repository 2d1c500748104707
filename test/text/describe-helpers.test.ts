import { describe, expect, it } from 'vitest';
import { describeHelpers } from '../../src/text/describe-helpers.ts';

describe('what a program calls', () => {
  it('is told by risk, the worst first, and what is no helper apart', () => {
    const helpers = ['map_lookup_elem', 'probe_read_user', 'redirect', 'send_signal', 'task_acquire', 'copy_from_user'];
    expect(describeHelpers(helpers)).toEqual([
      'high: send_signal, which sends signals to processes',
      "medium: probe_read_user, copy_from_user, which each reads a process's memory",
      'medium: redirect, which sends packets elsewhere',
      'kfunc: task_acquire',
      'low: map_lookup_elem',
    ]);
    expect(describeHelpers([])).toEqual([]);
  });
});
