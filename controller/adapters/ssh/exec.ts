import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';
import { called } from './target.ts';

export interface RunLimits {
  readonly timeoutMs: number;
  readonly outputBytes: number;
}

/** The command could not be started, so nothing ran, and trying again on another connection is safe. */
export class NotSent extends Error {}

/**
 * Runs one script on the standard input of `command`. Rejects with NotSent before the script was sent, with a TransportError after
 * that; what may have run is never run again here.
 */
export async function runScript(
  client: Client,
  target: HostTarget,
  command: string,
  script: string,
  limits: RunLimits,
): Promise<ScriptResult> {
  const outOfTime = new AbortController();
  const timer = setTimeout(() => outOfTime.abort(tooLate(target, limits)), limits.timeoutMs);
  try {
    const begun = await openExec(client, command, outOfTime.signal);
    return await converse(begun, target, script, limits, outOfTime.signal);
  } finally {
    clearTimeout(timer);
  }
}

interface Begun {
  readonly channel: ClientChannel;
  /** Undefined until the far end has sent it. */
  exit(): number | undefined;
}

function openExec(client: Client, command: string, outOfTime: AbortSignal): Promise<Begun> {
  return new Promise((resolve, reject) => {
    outOfTime.addEventListener('abort', () => reject(outOfTime.reason), { once: true });
    try {
      client.exec(command, (error, channel) => {
        if (error) reject(new NotSent(error.message, { cause: error }));
        // Too late: the script is not sent, so the shell reads an empty one and is gone.
        else if (outOfTime.aborted) channel.end();
        else resolve({ channel, exit: exitOf(channel) });
      });
    } catch (error) {
      reject(new NotSent(error instanceof Error ? error.message : String(error), { cause: error }));
    }
  });
}

/** Listens from the first moment: the exit code of a short command may stand in the very packet that confirms its start. */
function exitOf(channel: ClientChannel): () => number | undefined {
  let exit: number | undefined;
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = code ?? exitOfSignal(signal);
  });
  return () => exit;
}

function converse(
  { channel, exit: exitNow }: Begun,
  target: HostTarget,
  script: string,
  limits: RunLimits,
  outOfTime: AbortSignal,
): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let room = limits.outputBytes;
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      room -= chunk.length;
      if (room >= 0) into.push(chunk);
      else {
        reject(tooMuch(target, limits));
        channel.close();
      }
    };
    outOfTime.addEventListener('abort', () => {
      reject(outOfTime.reason);
      closeLater(channel);
    });
    channel.on('data', keep(stdout));
    channel.stderr.on('data', keep(stderr));
    // Both ends of the answer: stderr may still be on its way when stdout is through.
    const streams = [endOf(channel, 'close'), endOf(channel.stderr, 'end', 'close')];
    void Promise.all(streams).then(() => {
      const exit = exitNow();
      if (exit === undefined) reject(brokenOff(target));
      else resolve({ exit, stdout: textOf(stdout), stderr: textOf(stderr), truncated: false });
    });
    // A shell that ends before it read its script closes the pipe under us; its exit code explains more than that.
    channel.on('error', () => undefined);
    channel.end(script);
  });
}

function endOf(stream: NodeJS.EventEmitter, ...events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) stream.once(event, () => resolve());
  });
}

/**
 * Leaves the channel open until `timeout` has ended the script on the host: with no reader, the script would die of
 * SIGPIPE before its traps tidied up.
 */
function closeLater(channel: ClientChannel): void {
  const timer = setTimeout(() => channel.close(), 4_000).unref();
  channel.once('close', () => clearTimeout(timer));
}

/** As a shell counts it: 128 and the signal's number. */
function exitOfSignal(name: string | undefined): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[name ?? ''] ?? 0);
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function tooLate(target: HostTarget, limits: RunLimits): TransportError {
  return new TransportError(
    'timeout',
    `${called(target)}: the script did not end within ${limits.timeoutMs} ms and was stopped; it may have been carried out in part. ` +
      'The next pass observes it again; if it repeats, check the load and the disks of that host',
  );
}

function tooMuch(target: HostTarget, limits: RunLimits): TransportError {
  return new TransportError(
    'overflow',
    `${called(target)}: the script printed more than ${limits.outputBytes} bytes and was stopped`,
  );
}

function brokenOff(target: HostTarget): TransportError {
  return new TransportError(
    'unreachable',
    `${called(target)}: the connection was lost while a script ran; it may have been carried out in part. The next pass observes it again`,
  );
}
