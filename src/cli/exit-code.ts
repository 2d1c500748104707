/** The stable interface to scripts (README, "Exit codes"). */
export const EXIT = {
  fine: 0,
  /** Findings at or above `--fail-on`, or a difference for `diff`. They win over unreadable input, which is then only said on stderr. */
  findings: 1,
  usage: 2,
  /** Input, output or the state directory could not be read or written, wholly or in part. */
  input: 3,
  /** A tool or a right that is needed is missing. */
  missing: 4,
  /** Whoever read standard output went away: 128 and SIGPIPE, as the shell has it of other programs. */
  brokenPipe: 141,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What to exit with where several things were judged: findings before the rest, and what went wrong before what is fine. */
export function worseOf(...codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(EXIT.findings)) return EXIT.findings;
  return codes.find((code) => code !== EXIT.fine) ?? EXIT.fine;
}

/** Ends a command with a sentence on stderr. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
