const STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000,
] as const;

/** Length of one trend interval in ms: the smallest round step that shows a span of `spanMs` in at most `points`. */
export function trendInterval(spanMs: number, points: number): number {
  for (const step of STEPS_MS) if (spanMs / step <= points) return step;
  const week = 604_800_000;
  return week * Math.ceil(spanMs / week / points);
}
