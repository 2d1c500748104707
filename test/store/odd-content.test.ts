import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCommit, NO_GROUP } from '../../src/store/journal-format.ts';
import { openStore } from '../../src/store/open.ts';
import { verifyState } from '../../src/store/verify.ts';
import { idsIn, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvent } from './fixture-event.ts';

const STATE = '\x1e{"op":"state","state":{"alerts":[],"baseline":null,"runs":[],"lastRun":0}}\n';
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const op = (value: unknown): string => `\x1e${line(value)}`;
const odd = (fields: object): string => line({ ...makeEvent(2), ...fields });

/** A state directory as another user can make one: the chain of its groups is whole, whatever they hold. */
function stateOf(groups: readonly { lines: string; events: number; newest?: number; oldest?: number }[]): string {
  const directory = join(temporaryDirectory(), 'state');
  mkdirSync(directory, { mode: 0o700 });
  const parts: Uint8Array[] = [];
  let previous = NO_GROUP;
  let newest = 0;
  const all = [{ lines: `{"journal":2,"first":1}\n${STATE}`, events: 0 }, ...groups];
  for (const [index, group] of all.entries()) {
    const lines = Buffer.from(group.lines);
    newest = ('newest' in group ? group.newest : undefined) ?? newest + group.events;
    const oldest = ('oldest' in group ? group.oldest : undefined) ?? 1;
    const { line: end, sha256 } = encodeCommit(
      lines,
      { commit: index + 1, events: group.events, newest, oldest },
      previous,
    );
    parts.push(lines, end);
    previous = sha256;
  }
  writeFileSync(join(directory, 'journal-000000000000001.jsonl'), Buffer.concat(parts), { mode: 0o600 });
  return directory;
}

const whole = (index: number) => ({ lines: line(makeEvent(index)), events: 1 });

describe('a state directory whose chain is whole and whose content is odd', () => {
  it.each([
    ['an event without details', odd({ details: null })],
    ['an event without evidence', odd({ evidence: null })],
    ['an event of no type', odd({ type: 'zz' })],
    ['an event without a time', odd({ time: 'x' })],
    ['an event without an id', odd({ id: 7 })],
    ['null', 'null\n'],
    ['no JSON', '{bad\n'],
  ])('is read without the line that is %s, which is told', async (_title, bad) => {
    const directory = stateOf([whole(1), { lines: bad, events: 1 }, whole(3)]);
    for (const readOnly of [true, false, true]) {
      const store = await openStore({ ...UNBOUNDED, stateDir: directory, readOnly });
      expect(store.unreadable(10)).toMatchObject([{ reason: expect.stringContaining('the line is not an event') }]);
      expect(idsIn(store)).toEqual([makeEvent(1).id, makeEvent(3).id]);
      await store.close();
    }
  });

  it('goes on behind a line at its end that is no event', async () => {
    const directory = stateOf([whole(1), { lines: 'null\n', events: 1 }]);
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    expect(idsIn(store)).toEqual([makeEvent(1).id]);
    store.append([makeEvent(3)]);
    await store.close();
    const again = await openStore({ ...UNBOUNDED, stateDir: directory, readOnly: true });
    expect(idsIn(again)).toEqual([makeEvent(1).id, makeEvent(3).id]);
    await again.close();
  });

  it.each([
    ['null', op(null)],
    ['no JSON', '\x1e{bad\n'],
    ['none that we know', op({ op: 'zzz' })],
    ['of a prototype', op({ op: '__proto__' })],
    ['a state that is none', op({ op: 'state' })],
    ['a state of nulls', op({ op: 'state', state: { alerts: null, baseline: {}, runs: null, lastRun: 'x' } })],
    ['alerts without what is gone', op({ op: 'alerts', set: [], gone: null })],
    ['alerts that are none', op({ op: 'alerts', set: [{}], gone: [] })],
    ['a baseline that is none', op({ op: 'baseline', baseline: { a: 1 } })],
    ['a check run that is none', op({ op: 'check-run', number: 1e300, run: null })],
    ['amendments that are none', op({ op: 'amend', amendments: [{ id: 'x' }] })],
    ['an event that is none', op({ op: 'replace', event: null })],
  ])('is read without the change that is %s, which is told', async (_title, bad) => {
    const directory = stateOf([whole(1), { lines: bad, events: 0 }, whole(2)]);
    const store = await openStore({ ...UNBOUNDED, stateDir: directory, readOnly: true });
    expect(store.unreadable(10)).toMatchObject([{ reason: expect.stringContaining('the line is not a change') }]);
    expect([idsIn(store), store.alerts(), store.baseline()]).toEqual([[makeEvent(1).id, makeEvent(2).id], [], null]);
    await store.close();
  });

  it.each([
    ['no number of an event', { events: 1, newest: 1e60 }],
    ['more events than there were', { events: 5, newest: 2 }],
  ])('is damaged where a group says %s', async (_title, says) => {
    const directory = stateOf([whole(1), { lines: line(makeEvent(2)), ...says }]);
    expect(verifyState(directory, [])).toMatchObject({ groups: 2 });
    const store = await openStore({ ...UNBOUNDED, stateDir: directory, readOnly: true });
    expect(store.unreadable(10)).toHaveLength(1);
    expect(idsIn(store)).toEqual([makeEvent(1).id]);
    await store.close();
  });
});
