import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { asset } from '../paths.ts';

/** A process in this one's process group: it receives signals to the whole group, but not those to this process only. */
export interface SignalWatcher {
  /** Whether `signal` was sent to the whole group since the last call for it. */
  received(signal: NodeJS.Signals): Promise<boolean>;
  end(): void;
}

/** Resolves when the watcher is ready. It exits with this process, however that ends. */
export async function watchSignals(signals: readonly NodeJS.Signals[]): Promise<SignalWatcher> {
  const numbers = signals.map((signal) => String(constants.signals[signal]));
  const child = spawn('perl', [asset('namespace', 'signal-watcher.pl'), ...numbers], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value ?? '');
  child.stdin.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', resolve);
  });
  if ((await line()) !== 'ready')
    throw new Error('the lab could not watch for signals: perl signal-watcher.pl did not start');
  const received = new Set<string>();
  return {
    received: async (signal) => {
      child.stdin.write('\n');
      for (const number of (await line()).split(' ')) received.add(number);
      return received.delete(String(constants.signals[signal]));
    },
    end: () => void child.stdin.end(),
  };
}
