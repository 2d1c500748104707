import { createRequire } from 'node:module';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import xterm from '@xterm/headless';

// A CommonJS package with a native addon: Deno loads it by require only.
const { spawn } = createRequire(import.meta.url)('@lydell/node-pty') as typeof import('@lydell/node-pty');

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd?: string;
  /** The whole environment; TERM and a UTF-8 locale are added. */
  readonly env?: { readonly [name: string]: string | undefined };
}

/** How a program ended: its exit code, or the number of the signal that ended it. */
export interface PtyEnd {
  readonly exitCode: number;
  readonly signal: number;
}

/** A program on a real pseudo terminal, and the terminal that shows it. */
export class Pty {
  readonly #process: import('@lydell/node-pty').IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #end: Promise<PtyEnd>;
  #isEnded = false;
  #parsed: Promise<void> = Promise.resolve();
  /** Everything that was written, as it was. */
  output = '';

  constructor(file: string, args: readonly string[], { columns, rows, cwd, env = process.env }: PtyOptions) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#process = spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: cwd ?? process.cwd(),
      env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env },
    });
    this.#process.onData((chunk) => {
      this.output += chunk;
      this.#parsed = new Promise((resolve) => this.#terminal.write(chunk, resolve));
    });
    this.#end = new Promise((resolve) => {
      this.#process.onExit(({ exitCode, signal }) => {
        this.#isEnded = true;
        resolve({ exitCode, signal: signal ?? 0 });
      });
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** True while the alternate screen is shown. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get isCursorShown(): boolean {
    return this.output.lastIndexOf('\x1b[?25h') >= this.output.lastIndexOf('\x1b[?25l');
  }

  /** What is on the screen, a string a row, trailing blanks removed. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row)?.translateToString(true, 0, this.#terminal.cols) ?? '';
      return line.trimEnd();
    });
  }

  type(text: string): void {
    this.#process.write(text);
  }

  kill(signal: string): void {
    this.#process.kill(signal);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  /** Waits until the screen is as the condition asks; gives the screen as one text. */
  async until(condition: (screen: string) => boolean, what: string): Promise<string> {
    const deadline = performance.now() + 15_000;
    while (performance.now() < deadline) {
      await this.#parsed;
      const screen = this.lines().join('\n');
      if (condition(screen)) return screen;
      await sleep(20);
    }
    throw new Error(`no ${what} on the screen:\n${this.lines().join('\n')}`);
  }

  /** Waits until this text is on the screen. */
  async untilText(text: string): Promise<string> {
    return this.until((screen) => screen.includes(text), JSON.stringify(text));
  }

  /** Waits until this was written after the first `from` characters of the output; gives the index behind it. */
  async untilWritten(text: string, from = 0): Promise<number> {
    await this.until(() => this.output.includes(text, from), `${JSON.stringify(text)} written`);
    return this.output.indexOf(text, from) + text.length;
  }

  /** Waits for the end of the program. */
  async ended(): Promise<PtyEnd> {
    const end = await this.#end;
    await this.#parsed;
    return end;
  }

  /** Waits for the end of the program; gives its exit code. */
  async exit(): Promise<number> {
    return (await this.ended()).exitCode;
  }

  /** Ends the program if it still runs. */
  dispose(): void {
    if (!this.#isEnded) this.#process.kill('SIGKILL');
    this.#terminal.dispose();
  }
}
