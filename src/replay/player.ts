import type { PlayerAction } from '../model/view.ts';

/** Multiples of real time that `+` and `-` walk through. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096, Number.POSITIVE_INFINITY] as const;

/** A replay's clock. Times are event times in ms; `start <= cursor <= end`. */
export interface Player {
  readonly start: number;
  readonly end: number;
  readonly cursor: number;
  readonly speed: number;
  readonly playing: boolean;
}

/** What the player needs to know of the recording to jump in it. Both lists rise. */
export interface Landmarks {
  readonly observations: readonly number[];
  readonly alerts: readonly number[];
}

export function createPlayer(start: number, end: number, speed: number): Player {
  return advance({ start, end, cursor: start, speed, playing: true }, 0);
}

/** One seek step in ms: ten seconds, or a fiftieth of a long recording. */
export function seekStep(player: Player): number {
  return Math.max(10_000, Math.round((player.end - player.start) / 50));
}

/** True when the cursor is at the end. */
export function isEnded(player: Player): boolean {
  return player.cursor >= player.end;
}

/** The player after `elapsedMs` of real time. At the end it stops playing. */
export function advance(player: Player, elapsedMs: number): Player {
  if (!player.playing) return player;
  const cursor =
    player.speed === Number.POSITIVE_INFINITY
      ? player.end
      : Math.min(player.end, player.cursor + elapsedMs * player.speed);
  return { ...player, cursor, playing: cursor < player.end };
}

/** The player after a key. `space` at the end starts again from the beginning. */
export function act(player: Player, action: PlayerAction, landmarks: Landmarks): Player {
  switch (action.kind) {
    case 'toggle':
      if (player.playing) return { ...player, playing: false };
      return isEnded(player)
        ? { ...player, cursor: player.start, playing: true, speed: Number.isFinite(player.speed) ? player.speed : 1 }
        : { ...player, playing: true };
    case 'faster':
      return { ...player, speed: SPEEDS.find((speed) => speed > player.speed) ?? player.speed };
    case 'slower':
      return { ...player, speed: SPEEDS.findLast((speed) => speed < player.speed) ?? player.speed };
    case 'seek':
      return moveTo(player, player.cursor + action.steps * seekStep(player));
    case 'seekTo':
      return moveTo(player, action.time);
    case 'mark': {
      const target =
        action.direction === 1
          ? landmarks.alerts.find((time) => time > player.cursor)
          : landmarks.alerts.findLast((time) => time < player.cursor);
      return target === undefined ? player : { ...moveTo(player, target), playing: false };
    }
    case 'step': {
      const next = landmarks.observations.find((time) => time > player.cursor);
      return { ...moveTo(player, next ?? player.end), playing: false };
    }
  }
}

function moveTo(player: Player, time: number): Player {
  const cursor = Math.min(player.end, Math.max(player.start, time));
  return { ...player, cursor, playing: player.playing && cursor < player.end };
}
