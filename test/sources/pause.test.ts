import { describe, expect, it } from 'vitest';
import { pause } from '../../src/sources/pause.ts';

describe('pause', () => {
  it('ends when its time is over', async () => {
    await pause(5, new AbortController().signal);
  });

  it('ends at once when it is aborted, before or meanwhile', async () => {
    const before = new AbortController();
    before.abort();
    await pause(60_000, before.signal);
    const meanwhile = new AbortController();
    const paused = pause(60_000, meanwhile.signal);
    meanwhile.abort();
    await paused;
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = Object.assign(Object.create(null), {
      aborted: false,
      addEventListener: () => {
        listeners += 1;
      },
      removeEventListener: () => {
        listeners -= 1;
      },
    }) as typeof signal;
    await pause(1, counted);
    expect(listeners).toBe(0);
  });
});
