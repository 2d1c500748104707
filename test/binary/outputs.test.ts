import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BINARY = 'dist/bpfwitness';
const isBuilt = existsSync(BINARY);
if (!isBuilt) console.warn(`tests of outputs skipped: ${BINARY} is not built (npm run build)`);

const LOG = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';

/** The runtime in the binary opens files in its own way: it does not know O_NOFOLLOW. */
describe.skipIf(!isBuilt)('what is written', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    shell(
      `mkdir fol; printf '${LOG.trimEnd()}\\n' > fol/a.log; gzip -k fol/a.log; ln fol/a.log hard; ln -s fol/a.log soft; ln -s nothing dangling`,
    );
    shell('mkfifo pipe; mkdir state; ln -s fol folder-link; chmod 644 fol/a.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const shell = (line: string): void => {
    execFileSync('sh', ['-c', line], { cwd: folder });
  };
  const run = (...args: readonly string[]) =>
    spawnSync(resolve(BINARY), args, { cwd: folder, encoding: 'utf8', timeout: 20_000 });

  it.each([
    ['a file of a folder that is read', ['report', 'fol', '--force', '-o', 'fol/a.log.gz']],
    ['a hard link to one', ['report', 'fol', '--force', '-o', 'hard']],
    ['a file of a folder that a link leads to', ['report', 'folder-link', '--force', '-o', 'hard']],
    ['an input as the alert log', ['report', 'fol', '--alert-log', 'hard']],
    ['an input in the directory of the state', ['report', 'fol/a.log', '--state', 'fol']],
    ['a symbolic link to one', ['report', 'fol', '--force', '-o', 'soft']],
  ])('is never an input: %s', (_title, args) => {
    const before = readFileSync(join(folder, 'fol/a.log.gz'));
    const { status, stderr, signal } = run(...args);
    expect([status, signal]).toEqual([3, null]);
    expect(stderr).toMatch(/cannot write .*(one of the files to be read|symbolic link|holds files to be read)/);
    expect(readFileSync(join(folder, 'fol/a.log'), 'utf8')).toBe(LOG);
    expect(statSync(join(folder, 'fol/a.log')).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(folder, 'fol/a.log.gz'))).toEqual(before);
    expect(existsSync(join(folder, 'fol/lock'))).toBe(false);
  });

  it('is neither a key that is read, nor standard error where that is an input, nor one file for two outputs', () => {
    shell('mkdir keys; touch keys/k.pem; chmod 600 keys/k.pem');
    expect(run('verify', 'fol/a.log', '--key', 'keys/k.pem').status).toBe(3);
    const both = run('report', 'fol', '-o', 'one', '--alert-log', './one');
    expect([both.status, existsSync(join(folder, 'one'))]).toEqual([2, false]);
    const line = `${resolve(BINARY)} inspect fol 2>> fol/a.log`;
    const onError = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect([onError.status, onError.stdout]).toEqual([3, '']);
  });

  it('ends as SIGPIPE would where whoever reads it goes away', () => {
    const records = Array.from(
      { length: 5000 },
      (_, id) => `type=BPF msg=audit(1700000000.001:${id}): prog-id=${id} op=LOAD\n`,
    );
    writeFileSync(join(folder, 'many.log'), records.join(''));
    const line = `${resolve(BINARY)} query many.log | head -n 1 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    expect(spawnSync('bash', ['-c', line], { cwd: folder, encoding: 'utf8' }).stdout.trim()).toBe('141');
  });

  it('is not standard output where that is an input', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `${resolve(BINARY)} query fol >> fol/a.log`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, readFileSync(join(folder, 'fol/a.log'), 'utf8')]).toEqual([3, LOG]);
    expect(stderr).toContain('cannot write standard output: it is one of the files to be read');
  });

  it.each([
    ['a report', ['report', 'fol', '-o']],
    ['a check of the user', ['checks', 'new', 'my-check', '-o']],
  ])('replaces a file that holds something only with --force: %s', (_title, args) => {
    shell('printf "what was there" > out');
    const refused = run(...args, 'out');
    expect([refused.status, readFileSync(join(folder, 'out'), 'utf8')]).toEqual([3, 'what was there']);
    expect(refused.stderr).toContain('--force');
    expect(run(...args, 'out', '--force').status).toBe(0);
    expect(readFileSync(join(folder, 'out'), 'utf8')).not.toContain('what was there');
    expect(run(...args, 'new').status).toBe(0);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['-o on a FIFO', ['report', 'fol', '-o', 'pipe']],
    ['an alert log that is a FIFO', ['report', 'fol', '--alert-log', 'pipe']],
    ['-o on a symbolic link to nothing', ['report', 'fol', '-o', 'dangling']],
    ['an alert log that is a symbolic link', ['report', 'fol', '--alert-log', 'dangling']],
  ])('is refused at once where it is no file: %s', (_title, args) => {
    const { status, stderr, signal } = run(...args);
    expect([status, signal]).toEqual([3, null]);
    expect(stderr).toMatch(/cannot write .*(not a regular file|symbolic link)/);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });

  it.each(['lock', 'journal-000000000000001.jsonl'])('does not wait for a FIFO in a state directory: %s', (name) => {
    shell(`mkfifo state/${name}`);
    for (const args of [
      ['report', 'fol', '--state', 'state'],
      ['query', '--state', 'state'],
    ]) {
      const { status, signal, stderr } = run(...args);
      expect(signal).toBeNull();
      if (args[0] === 'report' || name !== 'lock')
        expect([status, stderr]).toEqual([3, expect.stringContaining('not a regular file')]);
    }
  });

  it.each(['a.log', 'a.log.1', 'a.log.2.gz'])('is no log that is followed, nor one it was rotated to: %s', (name) => {
    shell(`[ -e fol/${name} ] || echo evidence > fol/${name}`);
    const before = readFileSync(join(folder, 'fol', name));
    const { status, stderr } = run(
      'capture',
      '--audit-log',
      'fol/a.log',
      '-o',
      `fol/${name}`,
      '--force',
      '--for',
      '1s',
    );
    expect([status, stderr]).toEqual([3, expect.stringContaining('one of the files to be read')]);
    expect(readFileSync(join(folder, 'fol', name))).toEqual(before);
  });

  it('replaces a file as a whole, and leaves nothing beside it', () => {
    shell('echo old > out; ln out old; chmod 644 out');
    expect(run('report', 'fol', '-o', 'out', '--force').status).toBe(0);
    // The old file still has its content under its other name: it was not written over.
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('old\n');
    expect(statSync(join(folder, 'out')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is refused beyond the limit on the size of files, and what was there stays', () => {
    shell('echo old > out');
    const line = `ulimit -f 0; exec ${resolve(BINARY)} report fol -o out --force`;
    const { status, signal, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect([status, signal, stderr]).toEqual([3, null, expect.stringContaining('cannot write out')]);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('old\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('may be a device, or a descriptor of ours', () => {
    expect(run('report', 'fol', '-o', '/dev/null').status).toBe(0);
    expect(run('report', 'fol', '-o', '/dev/stdout').stdout).toContain('program-load');
  });
});
