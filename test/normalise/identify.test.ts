import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../src/model/event.ts';
import { hash128 } from '../../src/normalise/hash128.ts';
import { eventId, identify, identityOf } from '../../src/normalise/identify.ts';
import { Identities } from '../../src/normalise/identities.ts';

const DRAFT: EventDraft = {
  time: 1707546943213,
  type: 'program-load',
  severity: 'info',
  source: 'audit',
  host: 'h',
  details: { summary: 's', object: { kind: 'program', id: 60 }, audit: { serial: 164, record: 'BPF' } },
  evidence: [{ origin: '/var/log/audit/audit.log', line: 5 }],
};

describe('identify', () => {
  it('gives a UUIDv7 that carries the time', () => {
    const { id } = identify(DRAFT, 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(DRAFT.time);
  });

  it('gives ids that stay: a stored event must keep its own in every later version', () => {
    expect(identify(DRAFT, 0).id).toBe('018d91ba-9eed-7c94-9e01-63f7af4eec46');
  });

  it('does not look at how the event was carried here', () => {
    const replayed = {
      ...DRAFT,
      evidence: [{ origin: 'x', via: { file: 'c.jsonl', line: 9 } }],
      severity: 'error' as const,
    };
    expect(identify(replayed, 0).id).toBe(identify(DRAFT, 0).id);
  });

  it('tells apart by all that makes an event', () => {
    const others: Partial<EventDraft>[] = [
      { time: DRAFT.time + 1 },
      { type: 'program-unload' },
      { source: 'bpftool' },
      { host: 'i' },
      { details: { ...DRAFT.details, object: { kind: 'map', id: 60 } } },
      { details: { ...DRAFT.details, object: { kind: 'program', id: 61 } } },
      { details: { ...DRAFT.details, object: { kind: 'program', id: 60, name: 'n' } } },
      { details: { ...DRAFT.details, audit: { serial: 165 } } },
      { details: { ...DRAFT.details, audit: { serial: 164, node: 'n' } } },
      { details: { ...DRAFT.details, command: { number: 5 } } },
      { details: {} },
    ];
    const ids = [identify(DRAFT, 0), identify(DRAFT, 1), ...others.map((over) => identify({ ...DRAFT, ...over }, 0))];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length);
  });

  it('is a UUIDv7 for any time and any details', () => {
    const time = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, 2 ** 60, -1));
    fc.assert(
      fc.property(time, fc.jsonValue(), fc.nat(), (at, value, ordinal) => {
        const details = { object: value, audit: value, command: value } as EventDraft['details'];
        const { id } = identify({ ...DRAFT, time: at, details }, ordinal);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('has no collision among a million events of one millisecond, not even in its last 48 bits', () => {
    const whole = new Set<string>();
    const tail = new Set<string>();
    for (let i = 0; i < 1_000_000; i += 1) {
      const id = eventId(1, `["h",1,"program-load","audit","program",${i}]`, 0);
      whole.add(id);
      tail.add(id.slice(24));
    }
    expect(whole.size).toBe(1_000_000);
    // Chance alone would give one pair among these with a probability of 0.2 %.
    expect(tail.size).toBe(1_000_000);
  }, 60_000);
});

describe('hash128', () => {
  it('turns half of each word when one bit of the text turns', () => {
    const turned = [0, 0, 0, 0];
    let trials = 0;
    for (let i = 0; i < 200; i += 1) {
      const text = `some key ${i} of a length that fills blocks`;
      for (const at of [0, 7, 20, text.length - 1]) {
        const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
        const [a, b] = [hash128(text), hash128(changed)];
        for (let word = 0; word < 4; word += 1)
          turned[word] = (turned[word] ?? 0) + bits((a[word] ?? 0) ^ (b[word] ?? 0));
        trials += 1;
      }
    }
    for (const sum of turned) {
      expect(sum / trials).toBeGreaterThan(15);
      expect(sum / trials).toBeLessThan(17);
    }
  });

  it('tells a text from the same with NULs after it', () => {
    const texts = ['', '\0', '\0\0', 'abcdefgh', 'abcdefgh\0', 'abcdefg', 'abcdefg\0'];
    expect(new Set(texts.map((text) => hash128(text).join())).size).toBe(texts.length);
  });
});

describe('Identities', () => {
  it('numbers equal events of one observation, and knows them when they come again', () => {
    const identities = new Identities();
    const once = () => {
      identities.begin();
      return [identities.identify(DRAFT), identities.identify(DRAFT)];
    };
    const first = once();
    expect(first.map(({ again }) => again)).toEqual([false, false]);
    expect(first[0]?.event.id).not.toBe(first[1]?.event.id);
    const second = once();
    expect(second.map(({ again }) => again)).toEqual([true, true]);
    expect(second.map(({ event }) => event.id)).toEqual(first.map(({ event }) => event.id));
  });

  it('counts what one log says twice without a serial, and knows it in another log', () => {
    const identities = new Identities();
    const draft = (origin: string, text: string): EventDraft => ({
      ...DRAFT,
      details: { ...DRAFT.details, audit: { serial: null } },
      evidence: [{ origin, text }],
    });
    const again = (origin: string, text: string) => {
      identities.begin();
      return identities.identify(draft(origin, text)).again;
    };
    expect([again('a', 'x'), again('a', 'x'), again('a', 'y')]).toEqual([false, false, false]);
    expect([again('b', 'x'), again('b', 'x'), again('b', 'x'), again('b', 'y')]).toEqual([true, true, false, true]);
  });

  it("tells agents' events of one moment apart by what they say", () => {
    const draft = (details: object, text: string): EventDraft => ({
      ...DRAFT,
      source: 'tetragon',
      details: { object: { kind: 'program' }, agent: { name: 'tetragon' }, ...details },
      evidence: [{ origin: 'a', text }],
    });
    const of = (pid: number, text: string) => identityOf(draft({ actor: { pid } }, text));
    expect(of(1, '{"a":1}')).toBe(of(1, 'Sep 1 {"a":1}'));
    expect(new Set([of(1, '{}'), of(2, '{}'), of(1, '{"a":1}')]).size).toBe(3);
  });

  it('gives the id that identify gives', () => {
    const identities = new Identities();
    identities.begin();
    expect(identities.identify(DRAFT).event).toEqual(identify(DRAFT, 0));
    expect(identities.identify(DRAFT).event).toEqual(identify(DRAFT, 1));
    expect(identityOf(DRAFT)).toContain('164');
  });
});

function bits(value: number): number {
  let count = 0;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
