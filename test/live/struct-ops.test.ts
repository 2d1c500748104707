import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, whyNotLive } from '../helpers/bpf.ts';
import { bpfwitness } from '../helpers/cli.ts';

/** Registers the congestion control of congestion.bpf.c, for nobody; null when this kernel takes it, else why not. */
function whyNotRegistered(): string | null {
  try {
    execFileSync('bpftool', ['struct_ops', 'register', join(FIXTURES, 'congestion.bpf.o')], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `this kernel takes no struct_ops: ${error instanceof Error ? error.message.split('\n')[1] : error}`;
  }
}

describe.skipIf(whyNotLive() !== null)('a part of the kernel that is BPF', () => {
  let refused: string | null = null;
  beforeAll(() => {
    refused = whyNotRegistered();
    if (refused !== null) console.warn(refused);
  });
  afterAll(() => {
    if (refused === null) execFileSync('bpftool', ['struct_ops', 'unregister', 'name', 'wit_congestion']);
  });

  it('is told by what it stands for', async ({ skip }) => {
    if (refused !== null) skip(refused);
    const inventory = await bpfwitness(['inventory', '--live']);
    expect(inventory.stdout.replace(/\s+/g, ' ')).toContain('wit_congestion (struct_ops)');
    expect(inventory.stdout.replace(/\s+/g, ' ')).toContain('stands for tcp_congestion_ops');
    const check = await bpfwitness(['check', '--live', '--interval', '300ms']);
    expect(check.stdout).toContain('is of type struct_ops');
  });
});
