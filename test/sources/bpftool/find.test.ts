import { afterEach, describe, expect, it } from 'vitest';
import { findBpftool, isTooOld } from '../../../src/sources/bpftool/find.ts';
import { findExecutables } from '../../../src/sources/find-executable.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';

describe('findBpftool', () => {
  let tool: FakeTool | null = null;
  afterEach(() => tool?.remove());

  it.each([
    ['{"version":"7.1.0","features":{"skeletons":false}}', { version: '7.1.0', skeletons: false }],
    ['{"version":"v5.15.3","features":{"skeletons":true}}', { version: '5.15.3', skeletons: true }],
    ['{"version":"5.8.0"}', { version: '5.8.0', skeletons: null }],
  ])('reads the version and features of %s', async (answer, expected) => {
    tool = fakeTool('bpftool', `echo '${answer}'`);
    expect(await findBpftool(tool.path)).toEqual({ path: tool.path, ...expected });
  });

  it('takes nothing for bpftool that does not answer like one', async () => {
    tool = fakeTool('bpftool', 'echo "WARNING: bpftool not found for kernel 6.1"; exit 2');
    expect(await findBpftool(tool.path)).toBeNull();
    expect(await findBpftool('/nonexistent/bpftool')).toBeNull();
  });

  it('looks on PATH first, and not in relative directories', () => {
    tool = fakeTool('bpfwitness-no-such-tool', 'exit 0');
    expect(findExecutables('bpfwitness-no-such-tool', `.:bin:${tool.directory}`)).toEqual([tool.path]);
    expect(findExecutables('bpfwitness-no-such-tool', '')).toEqual([]);
  });
});

describe('isTooOld', () => {
  it.each([
    ['5.7.19', true],
    ['4.19.0', true],
    ['5.8.0', false],
    ['5.15.168', false],
    ['6.7.0', false],
    ['7.1.0', false],
  ])('%s: %s', (version, expected) => expect(isTooOld(version)).toBe(expected));
});
