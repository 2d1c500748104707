import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import process from 'node:process';
import { readRegularFile } from '../../system/regular-file.ts';
import type { KnownFile } from '../../system/statx.ts';
import type { Sign } from './chain.ts';

/** A key is some hundred bytes. */
const MAX_BYTES = 16 * 1024;

/**
 * What signs with the Ed25519 private key in a PEM file, as `openssl genpkey -algorithm ed25519` writes it. Throws an
 * Error that says why it cannot: also where others may read it, as ssh(1) does, or own it.
 */
export function readSigner(path: string): Sign {
  const key = ed25519(createPrivateKey(readKey(path, refuseShared)), 'private');
  return (text) => sign(null, Buffer.from(text), key).toString('base64');
}

/** What tells whether a signature is that of the public key in a PEM file. Throws an Error that says why it cannot. */
export function readVerifier(path: string): (text: string, signature: string) => boolean {
  const key = ed25519(createPublicKey(readKey(path)), 'public');
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function readKey(path: string, check?: (about: KnownFile) => void): Buffer {
  return readRegularFile(path, MAX_BYTES, { mayBeLink: true, ...(check === undefined ? {} : { check }) });
}

function refuseShared({ mode, uid }: KnownFile): void {
  if ((mode & 0o077) !== 0) throw new Error('others may read this private key: chmod 600 it');
  if (uid === 0 || uid === process.geteuid?.()) return;
  throw new Error(`another user owns this private key (uid ${uid}): use a key of your own`);
}

function ed25519(key: KeyObject, kind: 'private' | 'public'): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is not an Ed25519 ${kind} key`);
  return key;
}
