import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Sign } from './chain.ts';

/** A key is some hundred bytes. */
const MAX_BYTES = 16 * 1024;

/**
 * What signs with the Ed25519 private key in a PEM file, as `openssl genpkey -algorithm ed25519` writes it. Throws an
 * Error that says why it cannot: also where others than its owner may read it, as ssh(1) does.
 */
export function readSigner(path: string): Sign {
  const about = statSync(path);
  if (about.isFile() && (about.mode & 0o077) !== 0) throw new Error('others may read this private key: chmod 600 it');
  const key = ed25519(createPrivateKey(readKey(path)), 'private');
  return (text) => sign(null, Buffer.from(text), key).toString('base64');
}

/** What tells whether a signature is that of the public key in a PEM file. Throws an Error that says why it cannot. */
export function readVerifier(path: string): (text: string, signature: string) => boolean {
  const key = ed25519(createPublicKey(readKey(path)), 'public');
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function readKey(path: string): string {
  const about = statSync(path);
  if (!about.isFile() || about.size > MAX_BYTES) throw new Error('it is not a file with a key');
  return readFileSync(path, 'utf8');
}

function ed25519(key: KeyObject, kind: 'private' | 'public'): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is not an Ed25519 ${kind} key`);
  return key;
}
