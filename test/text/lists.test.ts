import { expect, it } from 'vitest';
import { append, highest, lowest } from '../../src/text/lists.ts';

it('takes lists that would overflow the stack as arguments of a call', () => {
  const many = Array.from({ length: 300_000 }, (_, index) => index);
  const list = [-1];
  append(list, many);
  expect([list.length, lowest(list), highest(list)]).toEqual([300_001, -1, 299_999]);
});

it('knows the ends of no numbers, and of one that is none, as Math does', () => {
  expect([lowest([]), highest([]), lowest([1, Number.NaN]), highest([Number.NaN, 1])]).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.NaN,
  ]);
});
