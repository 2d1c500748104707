import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlayerAction } from '../../src/model/view.ts';
import { act, advance, createPlayer, isEnded, type Landmarks, seekStep } from '../../src/replay/player.ts';

const LANDMARKS: Landmarks = { observations: [1000, 3000, 5000, 90_000], alerts: [3000, 5000] };
const start = () => createPlayer(1000, 91_000, 1);

describe('the player', () => {
  it('moves by real time times speed and stops at the end', () => {
    let player = { ...start(), speed: 4 };
    player = advance(player, 500);
    expect(player.cursor).toBe(3000);
    player = advance(player, 1_000_000);
    expect(player).toMatchObject({ cursor: 91_000, playing: false });
    expect(isEnded(player)).toBe(true);
  });

  it('shows the end at once at the highest speed', () => {
    expect(createPlayer(1000, 91_000, Number.POSITIVE_INFINITY)).toMatchObject({ cursor: 91_000, playing: false });
  });

  it('walks through the speeds and stays at the last', () => {
    let player = start();
    player = act(player, { kind: 'faster' }, LANDMARKS);
    expect(player.speed).toBe(2);
    for (let i = 0; i < 30; i += 1) player = act(player, { kind: 'slower' }, LANDMARKS);
    expect(player.speed).toBe(0.25);
    for (let i = 0; i < 30; i += 1) player = act(player, { kind: 'faster' }, LANDMARKS);
    expect(player.speed).toBe(Number.POSITIVE_INFINITY);
  });

  it('finds the next speed from one that is not in the list', () => {
    expect(act({ ...start(), speed: 3 }, { kind: 'faster' }, LANDMARKS).speed).toBe(4);
    expect(act({ ...start(), speed: 3 }, { kind: 'slower' }, LANDMARKS).speed).toBe(2);
  });

  it('seeks by ten seconds, or by a fiftieth of a long recording', () => {
    expect(seekStep(start())).toBe(10_000);
    expect(seekStep(createPlayer(0, 5_000_000, 1))).toBe(100_000);
    expect(act(start(), { kind: 'seek', steps: 2 }, LANDMARKS).cursor).toBe(21_000);
    expect(act(start(), { kind: 'seek', steps: -2 }, LANDMARKS).cursor).toBe(1000);
  });

  it('steps to the next observation and pauses', () => {
    let player = act(start(), { kind: 'step' }, LANDMARKS);
    expect(player).toMatchObject({ cursor: 3000, playing: false });
    player = act({ ...player, cursor: 90_000 }, { kind: 'step' }, LANDMARKS);
    expect(player.cursor).toBe(91_000);
  });

  it('jumps between alerts, and stays where there is no other', () => {
    let player = act(start(), { kind: 'mark', direction: 1 }, LANDMARKS);
    expect(player).toMatchObject({ cursor: 3000, playing: false });
    player = act(player, { kind: 'mark', direction: 1 }, LANDMARKS);
    expect(player.cursor).toBe(5000);
    expect(act(player, { kind: 'mark', direction: 1 }, LANDMARKS)).toBe(player);
    expect(act(player, { kind: 'mark', direction: -1 }, LANDMARKS).cursor).toBe(3000);
  });

  it('starts again from the beginning when toggled at the end, at a speed that can be watched', () => {
    const ended = createPlayer(1000, 91_000, Number.POSITIVE_INFINITY);
    expect(act(ended, { kind: 'toggle' }, LANDMARKS)).toMatchObject({ cursor: 1000, playing: true, speed: 1 });
  });

  it('never leaves the recording, whatever keys are pressed', () => {
    const action: fc.Arbitrary<PlayerAction> = fc.oneof(
      fc.constantFrom<PlayerAction>(
        { kind: 'toggle' },
        { kind: 'faster' },
        { kind: 'slower' },
        { kind: 'step' },
        { kind: 'mark', direction: 1 },
        { kind: 'mark', direction: -1 },
      ),
      fc.integer({ min: -100, max: 100 }).map((steps): PlayerAction => ({ kind: 'seek', steps })),
      fc.double({ noNaN: true }).map((time): PlayerAction => ({ kind: 'seekTo', time })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(action, fc.nat(60_000))), (keys) => {
        let player = start();
        for (const [key, elapsed] of keys) {
          player = advance(act(player, key, LANDMARKS), elapsed);
          expect(player.cursor).toBeGreaterThanOrEqual(player.start);
          expect(player.cursor).toBeLessThanOrEqual(player.end);
          if (player.playing) expect(isEnded(player)).toBe(false);
        }
      }),
    );
  });
});
