/** What a container may use at most. No swap at all: a Redis that swaps is a Redis that is down. */
export interface Limits {
  readonly memoryBytes: number;
  readonly cpuMillicores: number;
  readonly pids: number;
}

/** The kernel's period of CPU quotas, microseconds. */
export const cpuPeriod = 100_000;

/** CPU quota in microseconds a period. */
export function cpuQuota({ cpuMillicores }: Limits): number {
  return (cpuMillicores * cpuPeriod) / 1000;
}
