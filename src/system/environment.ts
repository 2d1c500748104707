import { readFileSync } from 'node:fs';
import process from 'node:process';
import { textOfPath } from '../text/path-bytes.ts';

/**
 * A variable of the environment, or undefined where it is not set. A value that is not UTF-8, on which the runtime
 * throws, is read from the kernel (proc_pid_environ(5)) and is in the form of src/text/path-bytes.ts.
 */
export function environmentVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return rawVariable(name);
  }
}

function rawVariable(name: string): string | undefined {
  const entries = readFileSync('/proc/self/environ', 'latin1').split('\0');
  const entry = entries.find((each) => each.startsWith(`${name}=`));
  return entry === undefined ? undefined : textOfPath(Buffer.from(entry.slice(name.length + 1), 'latin1'));
}

/** All variables as {@link environmentVariable} reads them, for what takes an environment. */
export const ENVIRONMENT: { readonly [name: string]: string | undefined } = new Proxy(
  {},
  { get: (_target, name) => environmentVariable(String(name)) },
);
