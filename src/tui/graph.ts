import type { Glyphs } from './theme/glyphs.ts';

/** A value of a graph; null where nothing is known, which is drawn as a gap. */
export type Sample = number | null;

/**
 * A column chart of `height` rows, top row first, one column for each sample. Every value above zero is at least one
 * level high, so that a single event is seen beside a thousand; zero has a sign of its own on the bottom row.
 */
export function graphRows(samples: readonly Sample[], max: number, height: number, glyphs: Glyphs): readonly string[] {
  const levels = glyphs.levels.length;
  const heights = samples.map((sample) => {
    if (sample === null || sample <= 0 || max <= 0) return 0;
    return Math.max(1, Math.round((Math.min(sample, max) / max) * height * levels));
  });
  return Array.from({ length: height }, (_, row) => {
    const floor = (height - 1 - row) * levels;
    return samples
      .map((sample, column) => {
        const level = Math.min(levels, (heights[column] ?? 0) - floor);
        if (level > 0) return glyphs.levels[level - 1] ?? ' ';
        return sample === 0 && floor === 0 ? glyphs.zero : ' ';
      })
      .join('');
  });
}

/** The newest samples that fit into `width` columns, with gaps before them where there are fewer. */
export function newest(samples: readonly Sample[], width: number): readonly Sample[] {
  const kept = samples.slice(Math.max(0, samples.length - width));
  return [...Array.from({ length: width - kept.length }, () => null), ...kept];
}

/** The largest sample, 0 of none. */
export function largest(samples: readonly Sample[]): number {
  return samples.reduce<number>((max, sample) => Math.max(max, sample ?? 0), 0);
}
