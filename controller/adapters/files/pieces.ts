import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { messageOf, TransportError } from '../../transport/errors.ts';
import type { FilePort } from '../../transport/io.ts';

/** Files of this machine, in pieces, never as a whole in memory. Rejects with a TransportError `refused`: the input is to be corrected. */
export const filePieces: FilePort = {
  size: (path) => reading(path, async () => (await stat(path)).size),
  digest: (path) =>
    reading(path, async () => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex');
    }),
  read: (path, offset, bytes) =>
    reading(path, async () => {
      const file = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    }),
};

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new TransportError('refused', `${path} on this machine cannot be read: ${messageOf(cause)}`, { cause });
  }
}
