import { describe, expect, it } from 'vitest';
import { eventLine, Folding } from '../../src/cli/event-lines.ts';
import type { AuditEvent } from '../../src/model/event.ts';
import { makeEvent } from '../store/fixture-event.ts';

const HEAD = makeEvent(1, { time: 1_707_546_943_213, type: 'program-load', severity: 'info', source: 'audit' });

function like(number: number, head = HEAD): AuditEvent {
  return makeEvent(number, { foldedInto: head.id });
}

describe('the line of an event', () => {
  it('is aligned, and nothing in it is raw', () => {
    const event = { ...HEAD, details: { summary: 'loaded by \u001b[2J\nroot' } };
    expect(eventLine(event)).toBe(
      '2024-02-10T06:35:43.213Z  info      program-load       audit     loaded by \\x1b[2J\\nroot',
    );
  });

  it('says how many others it stands for', () => {
    expect(eventLine(HEAD, 1200)).toMatch(/program handle_1 was loaded \(\+1,200 more like it\)$/);
  });
});

describe('folding', () => {
  it('counts what is left out for the event that stands for it', () => {
    const folding = new Folding();
    expect([like(4), like(3), makeEvent(2), HEAD].map((event) => folding.take(event))).toEqual([null, null, 0, 2]);
    expect(folding.remark()).toBeNull();
  });

  it('remarks on what no line told of: the list began later, or ended before', () => {
    const folding = new Folding();
    folding.take(like(4));
    folding.take(HEAD);
    folding.take(like(3));
    expect(folding.remark()).toBe('1 event folded into others; --no-fold lists them');
  });
});
