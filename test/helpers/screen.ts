import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import xterm from '@xterm/headless';
import type { EngineFace } from '../../src/model/view.ts';
import { runScreen, type ScreenOptions } from '../../src/tui/run-screen.tsx';

/** A terminal of this size in memory, with the real screen in it. */
export class ScreenHarness {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #stdin = new FakeStdin();
  readonly #stdout: FakeStdout;
  /** Everything that was written, as it was. */
  output = '';
  /** Settles when the screen has ended. */
  readonly ended: Promise<void>;
  #isEnded = false;
  /** Settles when the terminal has taken in all that was written. */
  #parsed: Promise<void> = Promise.resolve();

  constructor(face: EngineFace, columns: number, rows: number, options: Partial<ScreenOptions> = {}) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.#stdout = new FakeStdout(columns, rows, (chunk) => {
      this.output += chunk;
      this.#parsed = new Promise((resolve) => this.#terminal.write(chunk, resolve));
    });
    this.ended = runScreen(face, {
      stdin: this.#stdin as unknown as NodeJS.ReadStream,
      stdout: this.#stdout as unknown as NodeJS.WriteStream,
      stderr: new PassThrough() as unknown as NodeJS.WriteStream,
      theme: 'color',
      ascii: false,
      folded: true,
      version: '0.0.0',
      ...options,
    }).finally(() => {
      this.#isEnded = true;
    });
    this.ended.catch(() => {});
  }

  /** Waits until the screen shows what the condition asks for; the lines are without trailing blanks. */
  async until(
    condition: (lines: readonly string[]) => boolean,
    what = 'the expected screen',
  ): Promise<readonly string[]> {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      await this.#settled();
      const lines = this.lines();
      if (condition(lines)) return lines;
      await sleep(10);
    }
    throw new Error(`${what} did not come. Last:\n${this.lines().join('\n')}`);
  }

  /** Waits until this text is on the screen. */
  async untilText(text: string): Promise<readonly string[]> {
    return this.until((lines) => lines.some((line) => line.includes(text)), JSON.stringify(text));
  }

  /** Types keys, each a chunk of its own, as a person does. */
  async keys(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#stdin.type(KEY_CODES[key] ?? key);
      await sleep(key === 'esc' ? 40 : 5);
    }
  }

  /** What is on the screen, a string a row, trailing blanks removed. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      return active.getLine(active.baseY + row)?.translateToString(true, 0, this.#terminal.cols) ?? '';
    });
  }

  /** True when the cell has attributes other than the default ones: `inverse`, `bold`, a colour. */
  cell(row: number, column: number): { inverse: boolean; bold: boolean; colored: boolean; text: string } {
    const { active } = this.#terminal.buffer;
    const cell = active.getLine(active.baseY + row)?.getCell(column);
    return {
      inverse: cell?.isInverse() !== 0 && cell !== undefined,
      bold: cell?.isBold() !== 0 && cell !== undefined,
      colored: cell !== undefined && (!cell.isFgDefault() || !cell.isBgDefault()),
      text: cell?.getChars() ?? '',
    };
  }

  /** True while the alternate screen is shown. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#terminal.resize(columns, rows);
    this.#stdout.resize(columns, rows);
    await this.#settled();
  }

  /** Quits, whatever is on the screen. */
  async close(): Promise<void> {
    if (!this.#isEnded) this.#stdin.type('\x03');
    await this.ended;
    await this.#settled();
    this.#terminal.dispose();
  }

  async #settled(): Promise<void> {
    await this.#parsed;
  }
}

const KEY_CODES: { readonly [name: string]: string } = {
  esc: '\x1b',
  enter: '\r',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  space: ' ',
  backspace: '\x7f',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-u': '\x15',
  'ctrl-w': '\x17',
};

class FakeStdin extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  type(text: string): void {
    this.write(text);
  }
}

class FakeStdout extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  columns: number;
  rows: number;
  readonly #take: (chunk: string) => void;

  constructor(columns: number, rows: number, take: (chunk: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#take = take;
  }

  write(chunk: string, encoding?: unknown, callback?: unknown): boolean {
    this.#take(chunk);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
