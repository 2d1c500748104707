import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../src/model/event.ts';
import { boundedDraft } from '../../src/normalise/bounded-draft.ts';

function draft(details: EventDraft['details'], text: string): EventDraft {
  return {
    ...{ time: 1, type: 'program-load', severity: 'info', source: 'audit', host: 'h', details },
    evidence: [{ origin: 'a.log', line: 1, text }],
  };
}

describe('what an event holds', () => {
  it('is all where that is as much as the kernel writes', () => {
    const small = draft({ summary: 'x', object: { kind: 'program', id: 1 } }, 'y'.repeat(8560));
    expect(boundedDraft(small)).toBe(small);
  });

  it('is the start of long texts, with their length', () => {
    const megabyte = 'x'.repeat(2 ** 20);
    const bounded = boundedDraft(draft({ actor: { comm: megabyte } }, megabyte));
    expect(JSON.stringify(bounded).length).toBeLessThan(40_000);
    expect(JSON.stringify(bounded)).toContain('of 1048576 characters');
  });

  it('is so many values, and how many were left out', () => {
    const bounded = boundedDraft(draft({ arguments: Array.from({ length: 70_000 }, (_, i) => `a${i}`) }, 'x'));
    expect(bounded.details.cut).toBeGreaterThan(60_000);
    expect(JSON.stringify(bounded).length).toBeLessThan(200_000);
  });
});
