import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BINARY = 'dist/bpfwitness';
const isBuilt = existsSync(BINARY);
if (!isBuilt) console.warn(`tests of names skipped: ${BINARY} is not built (npm run build)`);

/** The runtime in the binary is another one than that of the tests: it lists and opens such names in its own way. */
describe.skipIf(!isBuilt)('names that are not UTF-8', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'names-'));
    const line = (id: number) => `type=BPF msg=audit(1700000000.00${id}:${id}): prog-id=${id} op=LOAD\\n`;
    shell(
      `printf '${line(1)}' > "$(printf 'bad\\377.log')"; mkdir "$(printf 'd\\376')"; printf '${line(2)}' > "$(printf 'd\\376/in.log')"`,
    );
    shell(`ln -s nowhere "$(printf 'l\\375')"; printf '${line(3)}' > ok.log`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const shell = (line: string): void => {
    execFileSync('sh', ['-c', line], { cwd: folder });
  };
  const run = (...args: readonly string[]) => spawnSync(resolve(BINARY), args, { cwd: folder, encoding: 'utf8' });

  it('are read and listed, with each byte shown', () => {
    const { status, stdout } = run('inspect', '.', '--all');
    expect(status).toBe(0);
    expect(stdout).toContain('bad\\xff.log');
    expect(stdout).toContain('d\\xfe/in.log');
    expect(stdout).toContain('l\\xfd');
    expect(run('query', '.', '--json').stdout.trim().split('\n')).toHaveLength(3);
  });

  it('do not keep a check of the user from being run', () => {
    shell(`mkdir checks; printf -- '-- nonsense' > "$(printf 'checks/x\\377.sql')"`);
    const { status, stderr } = run('checks', 'test', 'checks');
    expect(status).toBe(3);
    expect(stderr).toContain('x\\xff.sql');
  });

  it('are shown as escapes in every format, and lead back to the bytes in JSON', () => {
    const report = run('report', '.', '--json');
    expect(report.stdout).toContain('bad\\udcff.log');
    expect(readFileSync(join(folder, 'ok.log'), 'utf8')).toContain('prog-id=3');
  });
});
