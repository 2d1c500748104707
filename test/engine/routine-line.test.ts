import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeRoutine } from '../../src/engine/routine-line.ts';
import { isKnownLoader } from '../../src/normalise/known-loaders.ts';

const test = (text: string, before = '') => {
  const bytes = new TextEncoder().encode(before + text);
  const start = new TextEncoder().encode(before).length;
  return mayBeRoutine(bytes, start, bytes.length);
};

const exe = fc.oneof(
  fc.constantFrom(
    '/usr/bin/runc',
    '/usr/lib/systemd/systemd',
    '/usr/bin/conmon',
    '/tmp/runc',
    '/usr/bin/xexe',
    'runc',
    '',
  ),
  fc.string(),
);

describe('mayBeRoutine', () => {
  it('finds every known loader that a line names, wherever it stands', () => {
    fc.assert(
      fc.property(exe, exe, fc.string(), (first, second, other) => {
        const event = { details: { note: other, actor: { comm: 'x', exe: first }, load: { actor: { exe: second } } } };
        const known = [first, second].some((each) => isKnownLoader({ exe: each, uid: 0 }));
        if (known) expect(test(JSON.stringify(event))).toBe(true);
        // It may say so of others only where their path could be one.
        else if (!other.includes('exe')) expect(test(JSON.stringify(event))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('looks no further than the line', () => {
    const bytes = new TextEncoder().encode('{"exe":"/bin/cat"}\n{"exe":"/usr/bin/runc"}\n');
    expect(mayBeRoutine(bytes, 0, 18)).toBe(false);
    expect(mayBeRoutine(bytes, 19, bytes.length)).toBe(true);
    expect(test('{"exe":"/usr/bin/ru', 'x')).toBe(false);
  });
});
