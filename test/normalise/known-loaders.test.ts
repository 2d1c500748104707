import { describe, expect, it } from 'vitest';
import { isKnownLoader, isSystemPath } from '../../src/normalise/known-loaders.ts';
import { isSecurityAgent } from '../../src/normalise/security-agents.ts';
import { isTrustedTool, toolOf } from '../../src/normalise/tools.ts';

describe('isKnownLoader', () => {
  it.each([
    ['/usr/lib/systemd/systemd', 0, true],
    ['/lib/systemd/systemd-networkd', 0, true],
    ['/usr/bin/runc', 0, true],
    ['/usr/sbin/runc', 0, true],
    ['/usr/bin/crun', 0, true],
    ['/usr/bin/containerd-shim-runc-v2', 0, true],
    ['/usr/bin/conmon', 0, true],
    ['/usr/bin/podman', 0, true],
    ['/usr/bin/dockerd', 0, true],
    ['/usr/local/bin/buildkitd', 0, true],
    ['/usr/bin/runc', 1000, false],
    ['/tmp/runc', 0, false],
    ['/tmp/usr/bin/runc', 0, false],
    ['/usr/../tmp/runc', 0, false],
    ['/usr/bin/runc (deleted)', 0, false],
    ['/usr/bin/notrunc', 0, false],
    ['/usr/bin/systemd', 0, false],
    ['/memfd:runc_cloned:/proc/self/exe (deleted)', 0, false],
  ])('%s by uid %i: %s', (exe, uid, is) => expect(isKnownLoader({ exe, uid })).toBe(is));

  it('goes by the name of root where no number is given, and by nothing else', () => {
    expect(isKnownLoader({ exe: '/usr/bin/runc', user: 'root' })).toBe(true);
    expect(isKnownLoader({ exe: '/usr/bin/runc', user: 'root', uid: 5 })).toBe(false);
    expect(isKnownLoader({ exe: '/usr/bin/runc' })).toBe(false);
    expect(isKnownLoader({ comm: 'runc', uid: 0 })).toBe(false);
    expect(isKnownLoader({ exe: ['/usr/bin/runc'], uid: 0 })).toBe(false);
  });
});

it.each([
  ['/usr/bin/x', true],
  ['/bin/x', true],
  ['/sbin/x', true],
  ['/lib64/x', true],
  ['/opt/x', false],
  ['/usrx/x', false],
])('isSystemPath %s: %s', (exe, is) => expect(isSystemPath(exe)).toBe(is));

it('knows security agents by their executable, or else by their own name', () => {
  expect(isSecurityAgent({ exe: '/usr/bin/tetragon' })).toBe(true);
  expect(isSecurityAgent({ exe: '/opt/falco/falco (deleted)', comm: 'x' })).toBe(true);
  expect(isSecurityAgent({ comm: 'tracee' })).toBe(true);
  expect(isSecurityAgent({ exe: '/usr/bin/x', comm: 'tracee' })).toBe(false);
  expect(isSecurityAgent({})).toBe(false);
});

it('knows tools by either name, and trusts only what root put where it is', () => {
  expect(toolOf({ comm: 'bpftool' })).toBe('bpftool');
  expect(toolOf({ comm: 'tokio-runtime-w', exe: '/root/bpfwitness' })).toBe('bpfwitness');
  expect(toolOf({ comm: 'ld', exe: '/usr/bin/ld' })).toBeNull();
  expect(isTrustedTool({ exe: '/usr/lib/linux-tools/6.8.0-31-generic/bpftool', uid: 0 })).toBe(true);
  expect(isTrustedTool({ exe: '/tmp/bpftool', uid: 0 })).toBe(false);
  expect(isTrustedTool({ exe: '/usr/sbin/bpftool', uid: 5 })).toBe(false);
  expect(isTrustedTool({ comm: 'bpftool', uid: 0 })).toBe(false);
});
