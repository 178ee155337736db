import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { asset } from '../paths.ts';

/** A process beside this one in its process group, which sees what is sent to the group and not what is sent to us alone. */
export interface Witness {
  /** Whether `signal` was sent to the whole group since this was last asked of it. */
  saw(signal: NodeJS.Signals): Promise<boolean>;
  end(): void;
}

/** Resolves when the witness watches for `signals`. It ends with this process, however that dies. */
export async function witness(signals: readonly NodeJS.Signals[]): Promise<Witness> {
  const numbers = signals.map((signal) => String(constants.signals[signal]));
  const child = spawn('perl', [asset('world', 'witness.pl'), ...numbers], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value ?? '');
  child.stdin.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', resolve);
  });
  if ((await line()) !== 'ready')
    throw new Error('The lab could not watch for signals: perl witness.pl did not start.');
  const seen = new Set<string>();
  return {
    saw: async (signal) => {
      child.stdin.write('\n');
      for (const number of (await line()).split(' ')) seen.add(number);
      return seen.delete(String(constants.signals[signal]));
    },
    end: () => void child.stdin.end(),
  };
}
