import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';

const BINARY = resolve(import.meta.dirname, '../../dist/bpfwitness');
const missing = ['ip', 'nsenter', 'perl'].find((tool) => findExecutables(tool).length === 0);
const skipped =
  (existsSync(BINARY) ? null : 'no dist/bpfwitness') ??
  whyNotLive() ??
  (missing === undefined ? null : `no ${missing}`);
if (skipped !== null) console.warn(`tests of the binary in other network namespaces skipped: ${skipped}`);

const NETNS = `bpfwitness-test-binary-${process.pid}`;

// AF_PACKET, SOCK_RAW, ETH_P_ALL in network order.
const LISTEN = 'socket(my $s, 17, 3, 768) or die $!; $| = 1; print "ready"; sleep 60';

describe.skipIf(skipped !== null)('the binary', () => {
  let lab: BpfLab;
  let child: ChildProcess | null = null;
  beforeEach(() => {
    lab = new BpfLab();
    execFileSync('ip', ['netns', 'add', NETNS]);
  });
  afterEach(async () => {
    if (child?.kill()) await once(child, 'exit');
    child = null;
    execFileSync('ip', ['netns', 'del', NETNS]);
    lab.clean();
  });

  it('finds a program and a packet socket in another network namespace', async () => {
    lab.load('watched');
    const id = lab.id('prog', 'wit_xdp');
    const attach = ['bpftool', 'net', 'attach', 'xdpgeneric', 'pinned', lab.pin('wit_xdp'), 'dev', 'lo'];
    execFileSync('nsenter', [`--net=/run/netns/${NETNS}`, ...attach]);
    const listener = spawn('ip', ['netns', 'exec', NETNS, 'perl', '-e', LISTEN], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = listener;
    await once(listener.stdout, 'data');
    const answer = execFileSync(BINARY, ['inventory', '--live', '--json'], { encoding: 'utf8' });
    expect(answer).toContain(`netns:${NETNS}:xdp:lo:${id}`);
    expect(answer).toContain(`"netns": "${NETNS}"`);
    expect(answer).not.toContain('network namespaces were not looked at');
  });
});
