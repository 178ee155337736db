/** Limits of a container. No swap at all: a Redis that swaps does not respond in time. */
export interface Limits {
  readonly memoryBytes: number;
  readonly cpuMillicores: number;
  /** Number of processes. */
  readonly pids: number;
}

/** The period of CPU quotas in the kernel, in microseconds. */
export const cpuPeriod = 100_000;

/** CPU quota in microseconds per period. */
export function cpuQuota({ cpuMillicores }: Limits): number {
  return (cpuMillicores * cpuPeriod) / 1000;
}
