import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import { isPacked } from '../../src/sources/unpack/unpack.ts';
import { inFolder } from '../sources/helpers.ts';
import { filesLost, inTree, namedFiles } from './byte-names.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { observationsOf, readThrough } from './read.ts';
import { type Seed, seeds } from './seeds.ts';

const SEED = 20_240_210;
const all = seeds() as readonly [Seed, ...Seed[]];

/** `npm run fuzz` does this a hundred times as often. */
/** Two thousand inputs take some seconds, on a busy machine many. */
const PATIENCE = { timeout: 180_000 };

describe('changed inputs', PATIENCE, () => {
  it('understands every seed as it is', async () => {
    const silent: string[] = [];
    for (const { name, bytes } of all) {
      const { observations, records } = await readThrough({ name: 'seed', bytes });
      if (observations + records === 0) silent.push(name);
    }
    expect(silent).toEqual([]);
  });

  it('crash nothing, and what is refused has a reason', async () => {
    const random = new Random(SEED);
    let refused = 0;
    for (let done = 0; done < 2_000; done += 1) {
      const bytes = mutate(random.pick(all).bytes, random, random.pick(all).bytes);
      refused += (await readThrough({ name: 'fuzz', bytes })).refused;
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('are accounted for under names that are bytes, in an archive and in a folder', async () => {
    const random = new Random(SEED + 2);
    await inFolder(async (folder) => {
      for (let done = 0; done < 100; done += 1) {
        const contents = Array.from({ length: 3 }, () =>
          mutate(random.pick(all).bytes, random, random.pick(all).bytes),
        );
        const files = namedFiles(contents, random);
        const inArchive = files.names.map((name) => `a!${name}`);
        expect(await filesLost({ name: 'a', bytes: files.archive }, inArchive)).toEqual([]);
        const inFiles = (tree: string) =>
          filesLost(
            tree,
            files.names.map((name) => join(tree, name)),
          );
        expect(await inTree(files, folder, inFiles)).toEqual([]);
      }
    });
  });

  it('are read alike whole and in pieces', async () => {
    const random = new Random(SEED + 1);
    // What is saved of damaged packed data depends on how it arrives; of the archives one has some in it.
    const plain = all.filter(({ name, bytes }) => !isPacked(bytes) && name !== 'tar') as unknown as readonly [
      Seed,
      ...Seed[],
    ];
    for (let done = 0; done < 300; done += 1) {
      const bytes = mutate(random.pick(plain).bytes, random, random.pick(plain).bytes);
      // Hundreds of thousands of pieces tell no more than thousands do.
      if (bytes.length > 32 * 1024) continue;
      const size = 1 + random.below(7);
      const whole = sorted(await observationsOf('-', () => pieces(bytes, bytes.length)));
      const cut = sorted(await observationsOf('-', () => pieces(bytes, size)));
      expect(cut).toEqual(whole);
    }
  });
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/**
 * What was not understood is told with each piece that is read, before what was, and what is no JSON before what is of no
 * known kind: how far it is put in order hangs on the pieces, so here it is by its place.
 */
function sorted(observations: readonly Observation[]): readonly Observation[] {
  const isUnread = ({ kind }: Observation): boolean => kind === 'unreadable';
  const placeOf = (each: Observation): number => (each.kind === 'unreadable' ? (each.unreadable.at.offset ?? -1) : -1);
  const unread = observations.filter(isUnread).sort((a, b) => placeOf(a) - placeOf(b));
  return [...observations.filter((each) => !isUnread(each)), ...unread];
}
