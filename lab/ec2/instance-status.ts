import { INSTANCES } from './instances.ts';
import { described } from './listing.ts';
import type { Instance } from './state.ts';

/** DescribeInstanceStatus: running instances only; `initializing` until the boot is over, as for a few minutes after each start on EC2. */
export const describeInstanceStatus = described<Instance>({
  ...INSTANCES,
  set: 'instanceStatusSet',
  ids: 'InstanceId',
  rows: (state) => state.instances.filter((one) => one.state === 'running'),
  fields: () => ({
    'instance-status.status': (row) => [statusOf(row)],
    'system-status.status': (row) => [statusOf(row)],
    'instance-state-name': (row) => [row.state],
    'availability-zone': (row) => [row.host.subnet.zone],
  }),
  xml: (_, row) => ({
    instanceId: row.host.instanceId,
    availabilityZone: row.host.subnet.zone,
    instanceState: { code: 16, name: row.state },
    instanceStatus: { status: statusOf(row), details: [{ name: 'reachability', status: reachability(row) }] },
    systemStatus: { status: statusOf(row), details: [{ name: 'reachability', status: reachability(row) }] },
  }),
});

function statusOf({ passing }: Instance): string {
  return passing ? 'ok' : 'initializing';
}

function reachability({ passing }: Instance): string {
  return passing ? 'passed' : 'initializing';
}
