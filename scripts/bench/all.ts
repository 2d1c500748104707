/** All measurements, one after the other: `npm run bench`. Quote ratios of one run; see docs/performance.md. */
import { spawnSync } from 'node:child_process';

const BENCHES = [
  ['ingest.ts', '300000'],
  ['store.ts', '1000000'],
  ['screen.ts'],
  ['live.ts'],
  ['live-memory.ts', '3'],
  ['screen-memory.ts'],
  ['start.ts', '10'],
  ['responder.ts', '100000', 'dist/bpfwitness'],
] as const;

for (const [file, ...args] of BENCHES) {
  console.log(`\n## ${file} ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['run', '-A', `scripts/bench/${file}`, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
