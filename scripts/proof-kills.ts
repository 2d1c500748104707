/**
 * Kills the binary with SIGKILL, half of the times in `watch --state` and half in `capture`, while audit records are
 * appended to the log that it follows. What was shown must be there afterwards, and `verify` must agree each time:
 * `npm run proof:kills -- [KILLS]`. Needs root, bpftool and dist/bpfwitness; some two seconds a kill.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Kills, killCapture, killWatch } from '../test/helpers/kills.ts';

const kills = Number(process.argv[2] ?? 200);
const half = Math.floor(kills / 2);
const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-kills-'));

function tell(what: string, shownAs: string, result: Kills): void {
  const { kills: count, shown, checked, events, faults } = result;
  console.log(`${what}: ${count} kills, something was shown before ${shown} of them; ${checked} ${shownAs}`);
  console.log(`  ${events} events read back; ${faults.length} faults`);
  for (const fault of faults) console.log(`  ${fault}`);
  if (shown !== count || faults.length > 0) process.exitCode = 1;
}

const onKill =
  (what: string) =>
  (kill: number): void => {
    if (kill % 10 === 0) console.error(`${what}: ${kill} kills`);
  };

try {
  // Both at once: mostly they wait for the next look at the kernel.
  const [captures, watches] = await Promise.all([
    killCapture(kills - half, folder, onKill('capture')),
    killWatch(half, folder, onKill('watch')),
  ]);
  tell('capture', 'heads looked for', captures);
  tell('watch', 'events looked for', watches);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
