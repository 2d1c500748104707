import { writeSync } from 'node:fs';
import process from 'node:process';
import { openStore } from '../../src/store/open.ts';
import { batchSize, makeEvent } from './fixture-event.ts';

// Records events until it is killed, and says after each flush how many it has recorded. Arguments: state directory,
// number of the first event.
const [stateDir = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ maxEvents: 0, stateDir, journalBytes: 20_000 });
for (let next = Number(first); ; ) {
  const batch = Array.from({ length: batchSize(next) }, (_, index) => makeEvent(next + index));
  store.append(batch);
  store.amend([{ eventId: batch[0]?.id ?? '', details: { amended: true }, evidence: [] }]);
  store.flush();
  next += batch.length;
  writeSync(1, `${next}\n`);
}
