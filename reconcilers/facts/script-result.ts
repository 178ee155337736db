import type { ScriptResult } from '../../renderers/host-batch.ts';
import { type Observation, present, unknown } from './observation.ts';

/** Exit code of a probe's script if what it reads does not exist (the program, the directory, the socket). */
export const notThere = 44;

/** Reads the output of a script that succeeded and was not truncated. Exit code 44 means absent, every other failure unknown. */
export function whole<R>(raw: ScriptResult, read: (stdout: string) => R): Observation<R> {
  if (raw.exit === notThere) return { state: 'absent' };
  if (raw.truncated) return unknown('the output was longer than allowed and was truncated');
  if (raw.exit === 124 || raw.exit === 137) return unknown('the script timed out on the host');
  if (raw.exit !== 0) return unknown(`exit ${raw.exit}: ${firstLine(raw.stderr) || 'no message'}`);
  try {
    return present(read(raw.stdout));
  } catch (error) {
    return unknown(`the output could not be parsed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function firstLine(value: string): string {
  return value.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}
