import type { ScriptResult } from '../../renderers/host-batch.ts';
import { fixed, lines, type Script, sh } from '../../renderers/lib/shell.ts';
import { reveal } from '../../renderers/lib/text.ts';
import { TransportError } from './errors.ts';
import type { FilePort, HostPort, Transfer } from './io.ts';

/** Bytes a piece: what is in memory at once, and what an interruption loses at most. */
const pieceBytes = 2 * 1024 * 1024;
const pieceLimits = { timeoutMs: 120_000, outputBytes: 2 * pieceBytes };

/**
 * Brings a file to a host, in pieces over the connections that there are: as base64 in scripts, so that a host needs nothing but a shell.
 * Goes on where an earlier run, or another one now, has got to. Rejects with the reason if it could not.
 */
export async function transfer(hosts: HostPort, files: FilePort, order: Transfer): Promise<void> {
  const { source, target, tell } = order;
  const said = async (name: string, at: Transfer['target'], script: Script): Promise<string> => {
    const answer = await hosts.run(at, reveal(script), pieceLimits);
    if (answer.exit !== 0) throw new Error(`${name}: exit ${answer.exit}: ${lastWords(answer)}`);
    return answer.stdout.trim();
  };
  const read: Reader =
    'file' in source
      ? await localReader(files, source.file, order.digest)
      : {
          bytes: async () => Number(await said(source.host.name, source.host, sh`stat -Lc %s -- ${source.path}`)),
          piece: (offset) => said(source.host.name, source.host, pieceOf(source.path, offset)),
        };
  const total = await read.bytes();
  let at = await said(target.name, target, order.begin(total));
  while (at !== 'done' && Number(at) < total) {
    const offset = Number(at);
    tell(`${mebibytes(offset)} of ${mebibytes(total)} MiB`);
    const piece = await read.piece(offset);
    at = await said(target.name, target, order.append(offset, piece));
    if (at !== 'done' && !(Number(at) > offset))
      throw new Error(
        `${target.name}: what is there of the file became shorter (${at} bytes); another run may have started from the beginning`,
      );
  }
  await said(target.name, target, order.finish());
}

interface Reader {
  bytes(): Promise<number>;
  /** Base64. */
  piece(offset: number): Promise<string>;
}

/** The file is read once before, so that a wrong one is not copied for minutes first. */
async function localReader(files: FilePort, path: string, digest: string): Promise<Reader> {
  const found = await files.digest(path);
  if (found !== digest)
    throw new TransportError(
      'refused',
      `${path} on this machine has the SHA-256 ${found}, and not the declared ${digest}: correct spec.runtime.template.sha256, or the file`,
    );
  return {
    bytes: () => files.size(path),
    piece: async (offset) => (await files.read(path, offset, pieceBytes)).toString('base64'),
  };
}

function pieceOf(path: string, offset: number): Script {
  return lines([fixed('set -eu'), sh`tail -c +${offset + 1} -- ${path} | head -c ${pieceBytes} | base64 -w0`]);
}

function lastWords({ stderr }: ScriptResult): string {
  return stderr.trim().split('\n').slice(-3).join(' / ').slice(-400) || 'no message';
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
