import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCode, reasonOf } from '../../src/text/system-error.ts';

describe('a system error', () => {
  it('has a code and words for it', () => {
    const error = thrown(() => readFileSync('/no/such/file'));
    expect(errorCode(error)).toBe('ENOENT');
    expect(reasonOf(error)).toBe('no such file or folder');
  });

  it('has its code at the start of the message where it has none', () => {
    expect(errorCode(new Error("EEXIST: file already exists, open 'lock'"))).toBe('EEXIST');
    expect(reasonOf(new Error('ENOSPC: no room'))).toBe('no space left on the device');
  });

  it('has the number of its code at the end of the message where it has neither', () => {
    expect(errorCode(new Error('Is a directory (os error 21)'))).toBe('EISDIR');
    expect(reasonOf(new Error('Is a directory (os error 21)'))).toBe('is a folder');
    expect(errorCode(new Error('odd (os error 99999)'))).toBeNull();
  });

  it('is anything else, too', () => {
    expect(errorCode(new Error('E: no'))).toBeNull();
    expect(errorCode('ENOENT: text')).toBeNull();
    expect(reasonOf(new Error('out of memory'))).toBe('out of memory');
    expect(reasonOf(7)).toBe('7');
  });
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
