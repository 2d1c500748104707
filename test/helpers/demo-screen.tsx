import process from 'node:process';
import { terminalCapabilities } from '../../src/terminal/capabilities.ts';
import { runScreen } from '../../src/tui/run-screen.tsx';
import { someEvents, someInventory, someReplay, someView } from './fake-data.ts';
import { FakeEngine } from './fake-engine.ts';

/**
 * The screen over a fake engine, for a pty test or to look at:
 * `deno run -A test/helpers/demo-screen.tsx [live|replay|crash|reject]`. The last two break after a moment.
 */
const mode = process.argv[2] ?? 'live';
const { stdin, stdout, stderr } = process;
const engine = new FakeEngine(mode === 'replay' ? someView({ mode: 'replay', replay: someReplay() }) : someView());
engine.setInventory(someInventory(300, 80));

let count = 40;
const ticker = setInterval(() => {
  engine.addEvents(someEvents(3, count));
  count += 3;
  const view = engine.view();
  if (view !== null) engine.setView({ time: (view.time ?? 0) + 250 });
}, 250);

const breaking = setTimeout(() => {
  if (mode === 'crash') throw new Error('a crash on purpose');
  if (mode === 'reject') void Promise.reject(new Error('a rejection on purpose'));
}, 700);

const { theme, ascii } = terminalCapabilities(process.env, stdout);
try {
  await runScreen(engine, { stdin, stdout, stderr, theme, ascii, folded: true, version: '0.0.0' });
  stdout.write('THE END\n');
} catch (error) {
  stdout.write(`FAILED: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(ticker);
  clearTimeout(breaking);
}
