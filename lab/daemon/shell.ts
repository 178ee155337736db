import { spawn } from 'node:child_process';

/** A command that failed; the message includes its standard error. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number | null;
  readonly stderr: string;

  constructor(command: string, code: number | null, stderr: string) {
    super(`${command} failed (${code === null ? 'killed' : `exit ${code}`}): ${stderr.trim() || 'no output'}`);
    this.code = code;
    this.stderr = stderr;
  }
}

export interface ShellOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs a command and returns its standard output; throws CommandError if it fails or times out. */
export function sh(command: string, args: readonly string[], options: ShellOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe', timeout: options.timeoutMs ?? 60_000, killSignal: 'SIGKILL' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new CommandError([command, ...args].join(' '), code, Buffer.concat(err).toString()));
    });
    child.stdin.end(options.input ?? '');
  });
}
