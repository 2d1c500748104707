import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { demoCapture } from '../../src/cli/demo-capture.ts';
import type { EngineConfig } from '../../src/engine/config.ts';
import type { FromEngine } from '../../src/engine/messages.ts';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import { startReplaySession } from '../../src/engine/replay-session.ts';
import type { Session } from '../../src/engine/session.ts';
import type { PlayerAction, ViewModel } from '../../src/model/view.ts';
import { openInputs } from '../../src/sources/open.ts';

const CONFIG: EngineConfig = {
  input: { mode: 'replay', inputs: [demoCapture()], speed: 1 },
  profile: 'lab',
  maxEvents: 100_000,
  stateDir: null,
  windowMs: 10_000,
  learnMs: 60_000,
  alertLog: null,
};

/** A session over the demo, and the views it sends. */
class Rig {
  session: Session | null = null;
  views: ViewModel[] = [];
  windows = 0;

  async start(speed: number): Promise<void> {
    const post = (message: FromEngine) => {
      if (message.kind === 'view') this.views.push(message.view);
      if (message.kind === 'events') this.windows += 1;
    };
    this.session = await startReplaySession(CONFIG, { inputs: [demoCapture()], speed }, post);
  }

  press(action: PlayerAction): void {
    this.session?.command({ kind: 'player', action });
  }

  async until(condition: (view: ViewModel) => boolean): Promise<ViewModel> {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const view = this.views.at(-1);
      if (view !== undefined && condition(view)) return view;
      await sleep(10);
    }
    throw new Error(`not seen; last: ${JSON.stringify(this.views.at(-1)?.replay)}`);
  }
}

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.session?.stop();
  rig = null;
});

async function started(speed: number): Promise<Rig> {
  rig = new Rig();
  await rig.start(speed);
  return rig;
}

/** What watching live would have known at this moment. */
async function knownAt(moment: number) {
  const pipeline = await openPipeline(CONFIG);
  const source = await openInputs([demoCapture()]);
  for await (const batch of source.observations(new AbortController().signal)) {
    pipeline.ingest(batch.filter(({ time }) => time !== null && time <= moment));
  }
  const known = { events: pipeline.store.count(), alerts: pipeline.monitor.alerts() };
  await pipeline.store.close();
  return known;
}

describe('a replay for the screen', () => {
  it('shows the end at once at the highest speed, with the alerts of the whole recording marked', async () => {
    const seen = await started(Number.POSITIVE_INFINITY);
    const view = await seen.until(({ replay }) => replay?.state === 'ended');
    expect(view).toMatchObject({ mode: 'replay', host: 'edge-7', banner: null, unreadable: { count: 0 } });
    expect(view.replay?.cursor).toBe(view.replay?.end);
    expect(view.replay?.marks.length).toBeGreaterThan(3);
    expect(view.checks).toMatchObject({ overall: 'fail', highestSeverity: 'error' });
  });

  it('shows after each jump, there and back, what was known at that moment', async () => {
    const seen = await started(1);
    const { replay } = await seen.until((view) => view.replay?.state === 'playing');
    const start = replay?.start ?? 0;
    seen.press({ kind: 'toggle' });
    for (const second of [95, 20, 110, 60, 0, 90]) {
      const moment = start + second * 1000;
      seen.press({ kind: 'seekTo', time: moment });
      // Rows may be asked for at any moment, also while it starts again.
      seen.session?.command({
        kind: 'events',
        request: { filter: '', offset: null, limit: 10, ceiling: null, folded: false },
      });
      const known = await knownAt(moment);
      const view = await seen.until((v) => v.replay?.cursor === moment && v.events.stored === known.events);
      expect(view.alerts).toEqual(known.alerts);
    }
    expect(seen.windows).toBe(6);
  });

  it('shows the end when it is reached while an earlier moment is still being made', async () => {
    const seen = await started(1);
    const { replay } = await seen.until((view) => view.replay?.state === 'playing');
    const end = (replay?.end ?? 0) - (replay?.start ?? 0);
    const all = (await knownAt(Number.POSITIVE_INFINITY)).events;
    for (const second of [60, 5, 90]) {
      seen.press({ kind: 'seekTo', time: (replay?.start ?? 0) + second * 1000 });
      seen.press({ kind: 'seekTo', time: (replay?.start ?? 0) + end });
      await sleep(150);
      const view = await seen.until((v) => v.replay?.state === 'ended');
      expect(view.events.stored).toBe(all);
    }
  });

  it('plays on by itself, and faster when told', async () => {
    const seen = await started(1);
    await seen.until(({ replay }) => replay?.state === 'playing');
    for (let i = 0; i < 9; i += 1) seen.press({ kind: 'faster' });
    const view = await seen.until(({ replay }) => replay?.state === 'ended');
    expect(view.events.stored).toBe((await knownAt(Number.POSITIVE_INFINITY)).events);
  });
});
