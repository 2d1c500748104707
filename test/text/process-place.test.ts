import { describe, expect, it } from 'vitest';
import { isDeleted, placeOfCgroup } from '../../src/text/process-place.ts';

const ID = '4f'.repeat(32);

describe('the place of a process', () => {
  it.each([
    ['/system.slice/cilium.service', 'cilium.service', null],
    ['/user.slice/user-0.slice/session-3.scope', 'session-3.scope', null],
    [`/system.slice/docker-${ID}.scope`, `docker-${ID}.scope`, ID],
    [`/kubepods/burstable/pod12/${ID}`, null, ID],
    [`/machine.slice/libpod-${ID}.scope/container`, `libpod-${ID}.scope`, ID],
    [`/kubelet.slice/cri-containerd-${ID}.scope/init.scope`, 'init.scope', ID],
    ['/', null, null],
    ['', null, null],
    [`/x${ID}`, null, null],
  ])('of %s', (cgroup, unit, container) => {
    expect(placeOfCgroup(cgroup)).toEqual({ unit, container });
  });

  it('tells a file whose name is gone', () => {
    expect([isDeleted('/memfd:x (deleted)'), isDeleted('/usr/bin/x (deleted)'), isDeleted('/usr/bin/x')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
