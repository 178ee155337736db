import type { HostAnswer } from '../questions/sense.ts';

/** A script that ended well and printed this. */
export function answered(stdout: string): HostAnswer {
  return { exit: 0, stdout, stderr: '', truncated: false };
}

/** A script that printed nothing and ended so; 44 says that the thing is not there (questions/reading.ts). */
export function exited(exit: number, stderr = ''): HostAnswer {
  return { exit, stdout: '', stderr, truncated: false };
}
