import { cpuPeriod, cpuQuota } from '../../../renderers/container/limits.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Sets a running container's limits in its control groups, with immediate effect. */
export const containerLimits: HostOperation<ActionOf<'container-limits'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, limits }) =>
    lines([
      sh`name=${name} memory=${limits.memoryBytes} quota=${cpuQuota(limits)} period=${cpuPeriod} pids=${limits.pids}`,
      fixed(setLimits),
    ]),
  describe: ({ name, limits }) =>
    `limit container ${name} to ${limits.memoryBytes} bytes of memory, ${limits.cpuMillicores}m CPU, ${limits.pids} processes`,
  settleMs: 0,
};

const setLimits = `limit() { timeout 10 lxc-cgroup -n "$name" "$1" "$2" </dev/null; }
if timeout 10 lxc-cgroup -n "$name" memory.max >/dev/null 2>&1 </dev/null; then
  limit memory.max "$memory"
  limit memory.swap.max 0 2>/dev/null || :
  limit cpu.max "$quota $period"
else
  limit memory.limit_in_bytes "$memory"
  limit memory.swappiness 0
  limit cpu.cfs_period_us "$period"
  limit cpu.cfs_quota_us "$quota"
fi
limit pids.max "$pids"`;
