import { Buffer } from 'node:buffer';
import { constants, createGzip } from 'node:zlib';

/**
 * Packs pieces into one gzip member. What `pack` gives can be unpacked up to its last byte without what follows
 * (Z_SYNC_FLUSH ends on a byte boundary), so a capture that is killed loses no line that was written.
 */
export class GzipPacker {
  readonly #stream = createGzip();
  #packed: Uint8Array[] = [];

  constructor() {
    this.#stream.on('data', (bytes: Uint8Array) => this.#packed.push(bytes));
  }

  async pack(bytes: Uint8Array): Promise<Uint8Array> {
    await this.#done((done) => this.#stream.write(bytes, () => done()));
    await this.#done((done) => this.#stream.flush(constants.Z_SYNC_FLUSH, done));
    return this.#take();
  }

  /** The end of the member: its length and checksum. */
  async end(): Promise<Uint8Array> {
    await this.#done((done) => {
      this.#stream.once('end', done);
      this.#stream.end();
    });
    return this.#take();
  }

  #take(): Uint8Array {
    const packed = Buffer.concat(this.#packed);
    this.#packed = [];
    return packed;
  }

  #done(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.once('error', reject);
      start(() => {
        this.#stream.off('error', reject);
        resolve();
      });
    });
  }
}
