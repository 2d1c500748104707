import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperCache } from '../../../src/sources/bpftool/helper-cache.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';

/** Writes down each command of its batch, and dumps one `exit` instruction for it. */
const SCRIPT = `while read -r command; do
  echo "$command" >> "$(dirname "$0")/asked"
  printf '\\225\\000\\000\\000\\000\\000\\000\\000'
done
`;

const program = (id: number, tag: string) => ({ id, tag, bytes_xlated: 8 });

describe('HelperCache', () => {
  let tool: FakeTool;
  beforeEach(() => {
    tool = fakeTool('bpftool', SCRIPT);
  });
  afterEach(() => tool.remove());

  const asked = () =>
    [...readFileSync(join(tool.directory, 'asked'), 'utf8').matchAll(/ id (\d+) /g)].map(([, id]) => Number(id));

  it('dumps a program once, however often it is listed, and anew when its id is of another', async () => {
    const cache = new HelperCache(tool.path);
    const read = (...programs: readonly { readonly id: number }[]) =>
      cache.read(programs, new AbortController().signal, []);
    expect(await read(program(1, 'a'), program(2, 'b'))).toEqual({ 1: [], 2: [] });
    for (let looks = 0; looks < 3; looks += 1) await read(program(1, 'a'), program(2, 'b'));
    expect(asked()).toEqual([1, 2]);
    await read(program(1, 'a'), program(2, 'c'), program(3, 'd'));
    expect(asked()).toEqual([1, 2, 2, 3]);
  });

  it('does not ask again for what was refused', async () => {
    const cache = new HelperCache(tool.path);
    const refused = [{ id: 7, tag: 'a', bytes_xlated: 0 }];
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await cache.read(refused, new AbortController().signal, [])).toEqual({ 7: null });
    }
    expect(asked()).toEqual([7]);
  });
});
