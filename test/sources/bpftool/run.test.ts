import { afterEach, describe, expect, it } from 'vitest';
import { PinSearch, runListings, splitBatch } from '../../../src/sources/bpftool/run.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';

describe('splitBatch', () => {
  const entry = (command: string, output: unknown) => ({ command: command.split(' '), output }) as never;

  it('gives each answer to its command, whatever their order, and leaves out what failed', () => {
    const answers = splitBatch([
      [
        entry('map show', [{ id: 2 }]),
        entry('prog show', [{ id: 1 }]),
        entry('link show', [{ id: 3 }, { error: "can't get next link: Operation not permitted" }]),
        entry('net show', null),
        { error: 'reading batch file failed: Invalid argument' },
      ],
    ]);
    expect([...answers]).toEqual([
      ['map', [{ id: 2 }]],
      ['prog', [{ id: 1 }]],
    ]);
  });
});

describe('runListings', () => {
  let tool: FakeTool | null = null;
  afterEach(() => tool?.remove());
  const run = (script: string) => {
    tool = fakeTool('bpftool', script);
    return runListings(tool.path, ['prog', 'map', 'link']);
  };

  it('takes a good batch whatever its exit status, and runs nothing else', async () => {
    const { answers, pids, bytes } = await run(`
echo '[{"command":["prog","show"],"output":[{"id":1}]},{"command":["map","show"],"output":[]},'
echo '{"command":["link","show"],"output":[]},{"error":"reading batch file failed: Invalid argument"}]'
exit 255`);
    expect(answers.get('prog')).toEqual({ elements: [{ id: 1 }], errors: [] });
    expect(answers.get('link')).toEqual({ elements: [], errors: [] });
    expect(pids).toHaveLength(1);
    expect(bytes).toBeGreaterThan(100);
  });

  it('asks by themselves for those that a broken batch did not answer', async () => {
    const { answers, pids } = await run(`
case "$*" in
*batch*) echo '[{"command":["prog","show"],"output":[{"id":1}]},{"command":["map","show"],"output":[{"error":"no"}]}]'; exit 254;;
*'map show'*) echo '[{"id":7},{"error":"cannot get map"}]'; exit 255;;
*'link show'*) echo '[{"id":9,"funcs":[}]';;
esac`);
    expect(answers.get('prog')?.elements).toEqual([{ id: 1 }]);
    expect(answers.get('map')).toEqual({
      elements: [{ id: 7 }, { error: 'cannot get map' }],
      errors: ['cannot get map'],
    });
    expect(answers.get('link')).toEqual({ elements: [{ id: 9, funcs: [] }], errors: [] });
    expect(pids).toHaveLength(3);
  });

  it('says why there is no answer, and takes silence for an empty list', async () => {
    const { answers } = await run(`
case "$*" in
*'prog show'*) kill -SEGV $$;;
*'map show'*) echo 'no such thing' >&2; exit 1;;
esac`);
    expect(answers.get('prog')).toEqual({ elements: null, errors: ['killed by SIGSEGV'] });
    expect(answers.get('map')).toEqual({ elements: null, errors: ['no such thing'] });
    expect(answers.get('link')).toEqual({ elements: [], errors: [] });
  });

  it('asks again without the names of pins where bpftool waits for them in vain', { timeout: 30_000 }, async () => {
    tool = fakeTool(
      'bpftool',
      `case " $* " in *' -f '*) exec sleep 100;; esac
echo '[{"command":["prog","show"],"output":[{"id":1}]}]'`,
    );
    let time = 0;
    const pins = new PinSearch(() => time);
    const { answers } = await runListings(tool.path, ['prog'], undefined, pins);
    expect(answers.get('prog')).toEqual({ elements: [{ id: 1 }], errors: [] });
    expect(pins.isOn).toBe(false);
    time = 600_000;
    expect(pins.isOn).toBe(true);
  });

  it('goes on when bpftool has vanished', async () => {
    const { answers } = await runListings('/nonexistent/bpftool', ['prog']);
    expect(answers.get('prog')?.elements).toBeNull();
    expect(answers.get('prog')?.errors.join()).toMatch(/ENOENT|not found|No such file|Failed/i);
  });
});
