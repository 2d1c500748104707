import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ofCapture } from '../../src/cli/verify-capture.ts';
import { Sealer } from '../../src/sources/capture/chain.ts';
import { ChainReader } from '../../src/sources/capture/verify.ts';

/** A capture of one group, closed, and its head. */
function capture(line: string) {
  const sealer = new Sealer(null);
  const group = Buffer.from(`${line}\n`);
  const seal = sealer.seal(group, 1, 1_700_000_000_000, true);
  return { bytes: Buffer.concat([group, Buffer.from(seal)]), head: sealer.head?.sha256 ?? '' };
}

function verdict(parts: readonly { readonly bytes: Uint8Array }[], head?: string) {
  const reader = new ChainReader({ heads: head === undefined ? [] : [head], isSigned: null });
  for (const { bytes } of parts) reader.push(bytes);
  return ofCapture(reader.end(null), head === undefined ? {} : { head });
}

describe('what verify says of several captures in a file', () => {
  const [forged, another, real] = ['{"forged":1}', '{"another":1}', '{"real":1}'].map(capture) as [
    ReturnType<typeof capture>,
    ReturnType<typeof capture>,
    ReturnType<typeof capture>,
  ];

  it('is altered where one stands before that of the head', () => {
    const { text, exitCode } = verdict([forged, real], real.head);
    expect(exitCode).toBe(1);
    expect(text).toContain('altered: capture 1 (lines 1 to 2) stands before the one that the head is of');
    expect(verdict([forged, another, real], real.head).text).toContain('captures 1 to 2 (lines 1 to 4) stand before');
  });

  it('names those that come after it', () => {
    const { text, exitCode } = verdict([real, forged], real.head);
    expect(exitCode).toBe(0);
    expect(text).toContain('capture 2 comes after it and is not covered by that head');
    expect(verdict([real, forged, another], real.head).text).toContain('captures 2 to 3 come after it and are not');
  });

  it('goes by the first place of a head that is in it twice', () => {
    expect(verdict([real, real], real.head).exitCode).toBe(0);
  });

  it('is whole without a head, and where the head is of the only one', () => {
    expect(verdict([forged, real])).toMatchObject({ exitCode: 0, text: expect.stringContaining('of 2 captures') });
    const { text, exitCode } = verdict([real], real.head);
    expect(exitCode).toBe(0);
    expect(text).not.toContain('not covered');
  });
});
