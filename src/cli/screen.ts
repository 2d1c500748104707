import { EngineClient } from '../engine/client.ts';
import type { EngineConfig } from '../engine/config.ts';
import { ENVIRONMENT } from '../system/environment.ts';
import { returnFreedMemory } from '../system/libc.ts';
import { terminalCapabilities } from '../terminal/capabilities.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import type { FoldFlags } from './options.ts';
import { complain } from './output.ts';
import { VERSION } from './version.ts';

/**
 * Shows the screen over an engine until the person quits. `entry` is the file that threads are started from. What the
 * engine has to say at its end goes to stderr once the terminal is given back.
 */
export async function showScreen(config: EngineConfig, entry: URL, { fold }: FoldFlags): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process;
  const capabilities = terminalCapabilities(ENVIRONMENT, stdout);
  if (!capabilities.interactive || stdin.isTTY !== true) {
    const lacks =
      stdout.isTTY === true && ENVIRONMENT.TERM === 'dumb' ? ' that can move its cursor (TERM is dumb)' : '';
    throw new CliError(EXIT.usage, `the screen needs a terminal${lacks}; without one, use check, report or query`);
  }
  // Before there are threads.
  returnFreedMemory();
  const engine = new EngineClient(entry, config);
  // Loaded only here, while the engine starts: the commands without a screen, and the worker, do without Ink.
  const [{ runScreen }, started] = await Promise.all([import('../tui/run-screen.tsx'), engine.started]);
  if (started) {
    const { theme, ascii } = capabilities;
    await runScreen(engine, { stdin, stdout, stderr, theme, ascii, folded: fold, version: VERSION });
  }
  const end = await engine.stop();
  if (end.message !== null) complain(end.message);
  return end.exitCode as ExitCode;
}
