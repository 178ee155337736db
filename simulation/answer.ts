import type { ScriptResult } from '../renderers/host-batch.ts';

/** The result of a successful script with this output. */
export function succeeded(stdout: string): ScriptResult {
  return { exit: 0, stdout, stderr: '', truncated: false };
}

/** The result of a script without output and with this exit code. Code 44 means absent (reconcilers/facts/script-result.ts). */
export function exited(exit: number, stderr = ''): ScriptResult {
  return { exit, stdout: '', stderr, truncated: false };
}
