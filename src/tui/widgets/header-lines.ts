import type { ReplayView, ViewModel } from '../../model/view.ts';
import { printable } from '../../text/sanitise.ts';
import { formatTime } from '../../text/time.ts';
import { formatBytes, formatCount, plural } from '../../text/units.ts';
import { fitLine, type Line, lineWidth, type Span, span } from '../line.ts';
import type { Glyphs } from '../theme/glyphs.ts';

/**
 * Two lines: who and when, then how much. `newEvents` counts what came in since the screen was held, null when it is
 * not. Exactly `width` cells each.
 */
export function headerLines(view: ViewModel, newEvents: number | null, width: number, glyphs: Glyphs): readonly Line[] {
  const left = [span(' bpfwitness ', 'strong'), span(printable(view.host)), span('  '), ...mode(view, newEvents)];
  const right = [span(dataClock(view.time)), span(' ')];
  return [ends(left, right, width, glyphs), ends(countLine(view, glyphs), problemLine(view), width, glyphs)];
}

/** The banner as one line that fills the screen's width. */
export function bannerLine(banner: string, width: number, glyphs: Glyphs): Line {
  return fitLine([span(` ! ${printable(banner)}`, 'banner')], width, glyphs).map((part) => ({
    ...part,
    style: 'banner' as const,
  }));
}

function mode(view: ViewModel, newEvents: number | null): Line {
  if (newEvents !== null) {
    return [span('PAUSED', 'paused'), span(newEvents > 0 ? ` +${formatCount(newEvents)} new` : '', 'paused')];
  }
  if (view.replay !== null) return replayMode(view.replay);
  if (view.ended) return [span('ENDED', 'paused')];
  return [span(view.mode === 'follow' ? 'FOLLOWING FILES' : 'LIVE', 'live')];
}

function replayMode(replay: ReplayView): Line {
  const speed = Number.isFinite(replay.speed) ? `×${replay.speed}` : '×max';
  switch (replay.state) {
    case 'loading':
      return [span('REPLAY', 'replay'), span(` loading ${loaded(replay)}`)];
    case 'playing':
      return [span(`REPLAY ${speed}`, 'replay')];
    case 'paused':
      return [span(`REPLAY ${speed}`, 'replay'), span(' '), span('PAUSED', 'paused')];
    case 'ended':
      return [span(`REPLAY ${speed}`, 'replay'), span(' at the end', 'dim')];
  }
}

function loaded({ loadedBytes, totalBytes }: ReplayView): string {
  return totalBytes === null || totalBytes === 0
    ? formatBytes(loadedBytes)
    : `${Math.min(100, Math.floor((loadedBytes / totalBytes) * 100))}%`;
}

function dataClock(time: number | null): string {
  if (time === null) return 'no data yet';
  const text = formatTime(time);
  return text.endsWith('Z') ? `${text.slice(0, 19).replace('T', ' ')} UTC` : text;
}

function countLine(view: ViewModel, glyphs: Glyphs): Line {
  const { stored, shed } = view.events;
  const unreadable = view.unreadable.count;
  return joined(
    [
      span(`${formatRate(view.eventsPerSecond)} events/s`),
      span(`${formatCount(stored)} stored`),
      span(`${formatCount(shed)} shed`, shed > 0 ? 'warning' : 'dim'),
      span(`${formatCount(unreadable)} unreadable`, unreadable > 0 ? 'warning' : 'dim'),
      span(formatBytes(view.storeBytes), 'dim'),
    ],
    glyphs,
  );
}

function problemLine({ problems, unreadable }: ViewModel): Line {
  if (problems.length === 0) return unreadable.count === 0 ? [] : [span('unreadable: '), span('p', 'key'), span(' ')];
  return [span(plural(problems.length, 'problem'), 'warning'), span(': '), span('p', 'key'), span(' ')];
}

function formatRate(rate: number): string {
  return rate >= 100 ? formatCount(Math.round(rate)) : (Math.round(rate * 10) / 10).toFixed(1);
}

function joined(parts: readonly Span[], glyphs: Glyphs): Line {
  const gap = span(` ${glyphs.separator} `, 'dim');
  return [span(' '), ...parts.flatMap((part, index) => (index === 0 ? [part] : [gap, part]))];
}

/** Left and right at the ends of the line; the left gives way. */
function ends(left: Line, right: Line, width: number, glyphs: Glyphs): Line {
  const room = Math.max(0, width - lineWidth(right));
  return fitLine([...fitLine(left, room, glyphs), ...right], width, glyphs);
}
