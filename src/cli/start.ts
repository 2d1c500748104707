import { probeHost } from '../sources/host.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { writeError } from './output.ts';

/**
 * What `bpfwitness` alone does: watch this host when that is possible; otherwise say why not and what to run. Returns
 * the arguments to go on with, or the exit code.
 */
export async function startArguments(): Promise<readonly string[] | ExitCode> {
  const missing = (await probeHost({})).filter((fact) => fact.needed && fact.status === 'missing');
  if (missing.length === 0) return ['watch'];
  const reasons = missing.map((fact) => `  ${fact.name}: ${fact.found}${fact.lost === '' ? '' : ` (${fact.lost})`}`);
  writeError(
    [
      'bpfwitness cannot watch this host:',
      ...reasons,
      '',
      'What it can do here:',
      '  bpfwitness demo           replay the capture that comes with it',
      '  bpfwitness replay PATH    look at an audit.log, saved bpftool output or a capture',
      '  bpfwitness doctor         say what this host offers, and what is lost without the rest',
      '  bpfwitness --help         everything else',
      '',
    ].join('\n'),
  );
  return EXIT.missing;
}
