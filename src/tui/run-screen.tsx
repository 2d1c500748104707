import { type Instance, render, type SuspendTerminal } from 'ink';
import type { EngineFace } from '../model/view.ts';
import { flushed } from '../terminal/flushed.ts';
import { guardTerminal } from '../terminal/guard.ts';
import { stopUntilContinued } from '../terminal/job-control.ts';
import { announceResize } from '../terminal/resize.ts';
import { App } from './App.tsx';
import type { Size } from './layout.ts';
import { createScreenController } from './screen-controller.ts';
import { glyphsFor } from './theme/glyphs.ts';
import { themeOf } from './theme/theme.ts';

export interface ScreenOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly theme: 'color' | 'mono';
  /** Draw with ASCII alone. */
  readonly ascii: boolean;
  /** Open with routine events folded into one row each. */
  readonly folded: boolean;
  /** Shown in the help. */
  readonly version: string;
}

/** Leaves the alternate screen and shows the cursor (xterm control sequences, DECSET 1049 and DECTCEM). */
const LEAVE = '\x1b[?1049l\x1b[?25h';

/**
 * Shows the full screen over an engine until it is quit, and gives the terminal back on every way out: q, ctrl-c, a
 * signal, a crash, a terminal that went away. Resolves when it was quit; rejects with an error that nobody caught,
 * whether it came from drawing or from elsewhere in the process.
 */
export async function runScreen(face: EngineFace, options: ScreenOptions): Promise<void> {
  const { stdin, stdout, stderr } = options;
  const ended = Promise.withResolvers<void>();
  let instance: Instance | null = null;
  let suspendTerminal: SuspendTerminal | null = null;
  let isAway = false;

  /** Hands the terminal over, and draws anew when it is ours again. */
  const away = async (meanwhile: () => Promise<void>): Promise<void> => {
    if (isAway || suspendTerminal === null) return;
    isAway = true;
    try {
      await suspendTerminal(meanwhile);
    } finally {
      isAway = false;
    }
  };
  const redraw = (): void => void away(async () => {}).catch(ended.reject);

  const screen = createScreenController(face, {
    size: sizeOf(stdout),
    folded: options.folded,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    onEffect: ({ kind }) => {
      if (kind === 'quit') ended.resolve();
      else if (kind === 'suspend') void away(() => stopUntilContinued(stdout)).catch(ended.reject);
      else redraw();
    },
  });
  const app = (
    <App
      screen={screen}
      look={{ theme: themeOf(options.theme), glyphs: glyphsFor(options.ascii) }}
      version={options.version}
      onTerminal={(suspend) => {
        suspendTerminal = suspend;
      }}
    />
  );
  // Ink draws at once when the size changes. Rendering again is what makes React commit the new layout before that: a
  // frame of the old height would scroll the smaller screen.
  const onResize = (): void => {
    screen.resize(sizeOf(stdout));
    instance?.rerender(app);
  };
  const onGone = (): void => ended.resolve();
  const restore = (): Promise<void> => {
    const mounted = instance;
    instance = null;
    try {
      mounted?.unmount();
    } catch {
      // Whatever broke must not keep the terminal.
      stdout.write(LEAVE);
    }
    return flushed(stdout);
  };
  const release = guardTerminal({ restore, onCrash: ended.reject, onSignal: ended.resolve, onContinue: redraw });
  const stopAnnouncing = announceResize(stdout);
  // Before Ink's own listener, which render() adds.
  stdout.on('resize', onResize);
  stdout.on('error', onGone);
  stdin.on('end', onGone);
  try {
    instance = render(app, {
      stdin,
      stdout,
      stderr,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: stdout.isTTY === true,
    });
    instance.waitUntilExit().then(() => ended.resolve(), ended.reject);
    await ended.promise;
  } finally {
    await restore();
    release();
    screen.dispose();
    stopAnnouncing();
    stdin.off('end', onGone);
    stdout.off('resize', onResize);
    // `error` stays listened to: what Ink wrote last may fail later, when the terminal is gone.
  }
}

/** A terminal that does not know its size is taken for the smallest usual one. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
