import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { openBytes } from '../sources/bytes.ts';
import { readVerifier } from '../sources/capture/keys.ts';
import { type ChainQuestion, ChainReader } from '../sources/capture/verify.ts';
import { ReadFault } from '../sources/read-fault.ts';
import { HEAD_START } from '../store/journal-format.ts';
import { type JournalsState, verifyJournals, verifyState } from '../store/verify.ts';
import { withUsablePath } from '../system/usable-path.ts';
import { placeText } from '../text/place.ts';
import { printable } from '../text/sanitise.ts';
import { plural } from '../text/units.ts';
import { existingPath } from './existing-path.ts';
import { CliError, EXIT } from './exit-code.ts';
import { untilInterrupted } from './interrupt.ts';
import { openOutput } from './output.ts';
import type { Shell } from './shell.ts';
import { unreadable } from './unreadable.ts';
import { missingHead, NO_CHAIN, ofCapture, type Verdict, type VerifyFlags } from './verify-capture.ts';

const EXITS = `
Exit codes: 0 whole, and the head is in it; 1 altered, cut, not closed, another one than the head says, or another
capture stands before the one that the head is of; 2 usage;
3 it cannot be read, or has no hash chain.`;

/** `bpfwitness verify`: whether a capture or a state directory is as it was written. */
export function addVerifyCommand(program: Command, { done }: Shell): void {
  program
    .command('verify')
    .summary('say whether a capture or a state directory is whole')
    .description(
      'Follow the hash chain of a capture, a journal or a state directory, and say whether it is whole, cut, or altered, and where. Someone who can write it can make another chain: give the head that was printed, or the public key that signs it.',
    )
    .argument('<path>', 'a capture, packed or not, a journal, or a state directory')
    .option('--head <hash>', 'the SHA-256 of a group that must be in it, as capture prints it', hash)
    .option(
      '--key <file>',
      'the Ed25519 public key (PEM) that every group of a capture must be signed with',
      existingPath,
    )
    .addHelpText('after', EXITS)
    .action(async (path: string, flags: VerifyFlags) => {
      const { text, exitCode } = await verify(path, flags);
      openOutput(null).write(`${printable(path)}: ${printable(text)}\n`);
      done(exitCode);
    });
}

function hash(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new CliError(EXIT.usage, '--head wants a SHA-256: 64 hexadecimal digits, as capture prints them');
}

async function verify(path: string, flags: VerifyFlags): Promise<Verdict> {
  const heads = flags.head === undefined ? [] : [flags.head];
  if (isDirectory(path)) return ofJournals(verifyState(path, heads), flags);
  const input = await openBytes(path);
  const head = await input.head(HEAD_START.length).catch((error: unknown) => {
    throw unreadable('the file', path, error);
  });
  if (Buffer.from(head).toString('latin1') === HEAD_START)
    return ofJournals(verifyJournals([path], heads, true), flags);
  const isSigned = flags.key === undefined ? null : verifierOf(flags.key);
  const question: ChainQuestion = { heads, isSigned };
  const { result, interrupted } = await untilInterrupted(async (signal) => {
    const reader = new ChainReader(question);
    let fault: string | null = null;
    try {
      for await (const chunk of input.chunks(signal)) reader.push(chunk);
    } catch (error) {
      if (!(error instanceof ReadFault)) throw error;
      fault = error.message;
    }
    return reader.end(fault);
  });
  if (interrupted) throw new CliError(EXIT.input, 'interrupted: nothing is known of the rest');
  return ofCapture(result, flags);
}

function isDirectory(path: string): boolean {
  try {
    return withUsablePath(path, (usable) => statSync(usable).isDirectory());
  } catch (error) {
    throw unreadable('the file', path, error);
  }
}

function verifierOf(path: string) {
  try {
    return readVerifier(path);
  } catch (error) {
    throw unreadable('the key', path, error);
  }
}

function ofJournals(state: JournalsState, { head: wanted, key }: VerifyFlags): Verdict {
  if (key !== undefined) throw new CliError(EXIT.usage, 'journals are not signed: --key is for captures');
  const { groups, head, fault, withoutChain, unfinishedBytes, isFromStart, found } = state;
  const upTo = head === null ? '' : `; whole up to ${plural(groups, 'group')}, SHA-256 ${head}`;
  if (fault !== null) {
    const { file, line, reason } = fault;
    const place = placeText(line === undefined ? { file } : { file, line });
    return { text: `altered: ${place}: ${reason}${upTo}`, exitCode: EXIT.findings };
  }
  if (head === null) return { text: NO_CHAIN, exitCode: EXIT.input };
  const missing = missingHead(wanted, found);
  if (missing !== null) return { text: `${missing}${upTo}`, exitCode: EXIT.findings };
  const notes = [
    ...(isFromStart ? [] : ['older groups are no longer kept']),
    ...(withoutChain > 0 ? [`${plural(withoutChain, 'journal')} of an older version without a chain`] : []),
    ...(unfinishedBytes > 0 ? [`${unfinishedBytes} bytes at the end of a group that was not finished`] : []),
    ...(wanted === undefined ? [] : [`it has the head that was given, at group ${found.get(wanted)}`]),
  ];
  return { text: [`whole: ${plural(groups, 'group')}, head ${head}`, ...notes].join('; '), exitCode: EXIT.fine };
}
