import { afterEach, describe, expect, it } from 'vitest';
import { runTool } from '../../src/sources/run-tool.ts';
import { type FakeTool, fakeTool } from '../helpers/fake-tool.ts';

describe('runTool', () => {
  let tool: FakeTool | null = null;
  afterEach(() => tool?.remove());

  it('gives output, errors and status, and passes input', async () => {
    tool = fakeTool('t', 'cat; echo oops >&2; exit 3');
    const result = await runTool(tool.path, [], { input: 'in\0put' });
    expect([result.stdout.toString(), result.stderr, result.code, result.failure]).toEqual([
      'in\0put',
      'oops\n',
      3,
      null,
    ]);
    expect(result.pid).toBeGreaterThan(0);
  });

  it('does not mind a tool that leaves its input unread', async () => {
    tool = fakeTool('t', 'exit 0');
    expect((await runTool(tool.path, [], { input: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  it('kills what takes too long and keeps what it printed', async () => {
    tool = fakeTool('t', 'echo partial; exec sleep 60');
    const result = await runTool(tool.path, [], { timeoutMs: 300 });
    expect([result.code, result.failure, result.stdout.toString()]).toEqual([
      null,
      'timed out after 0.3 s',
      'partial\n',
    ]);
  });

  it('stops at an abort, also one of before', async () => {
    tool = fakeTool('t', 'exec sleep 60');
    const stop = new AbortController();
    const running = runTool(tool.path, [], { signal: stop.signal });
    stop.abort();
    expect((await running).failure).toBe('stopped');
    expect((await runTool(tool.path, [], { signal: stop.signal })).failure).toBe('stopped');
  });

  it('does not wait for the output of what a killed tool leaves behind', { timeout: 30_000 }, async () => {
    tool = fakeTool('t', 'echo partial; sleep 20 & wait');
    const began = performance.now();
    const result = await runTool(tool.path, [], { timeoutMs: 300 });
    expect([result.failure, result.stdout.toString()]).toEqual(['timed out after 0.3 s', 'partial\n']);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('reports a tool that cannot be started', async () => {
    const result = await runTool('/nonexistent/tool', []);
    expect([result.code, result.pid]).toEqual([null, null]);
    expect(result.failure).not.toBeNull();
  });
});
