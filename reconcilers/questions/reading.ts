import { type Observation, present, unknown } from '../observation.ts';
import type { HostAnswer } from './sense.ts';

/** Exit code by which a question's script says that the thing is not there (the program, the folder, the socket). */
export const notThere = 44;

/** Reads a script's answer when it ended well and whole; everything else is absent (exit 44) or unknown, with the reason in words. */
export function whole<R>(raw: HostAnswer, read: (stdout: string) => R): Observation<R> {
  if (raw.exit === notThere) return { state: 'absent' };
  if (raw.truncated) return unknown('the answer was longer than allowed, and cut');
  if (raw.exit === 124 || raw.exit === 137) return unknown('the question ran out of time on the host');
  if (raw.exit !== 0) return unknown(`exit ${raw.exit}: ${firstLine(raw.stderr) || 'no message'}`);
  try {
    return present(read(raw.stdout));
  } catch (error) {
    return unknown(`the answer could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function firstLine(value: string): string {
  return value.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}
