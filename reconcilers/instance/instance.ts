import type { Fleet, Host } from '../../crds/fleet.ts';
import { type Drift, operator, wait } from '../drift.ts';
import type { Instance, Inventory } from '../inventory.ts';
import type { Observation } from '../observation.ts';
import { bind, type Desired } from '../reconciler.ts';

/** Hosts that exist already, found by instance id or by tag. */
interface DesiredInstance extends Desired {
  readonly host: Host;
  readonly found: Observation<Instance>;
  readonly hurts: readonly string[];
}

export const instance = bind<DesiredInstance, Record<string, never>>({
  concern: 'instance',
  desire: (fleet, inventory) => fleet.cluster.hosts.map((host) => desiredInstance(fleet, host, inventory)),
  questions: () => ({}),
  diff: ({ subject, host, found, hurts }) => {
    const finding = (field: string, want: string, have: string, remedy: Drift['remedy']): readonly Drift[] => [
      { subject, field, want, have, hurts, remedy },
    ];
    if (found.state === 'unknown')
      return finding('instance', howFound(host), 'could not be seen', { by: 'blind', reason: found.reason });
    if (found.state === 'absent')
      return finding(
        'instance',
        howFound(host),
        'none in this account and region',
        operator(`no running or stopped instance ${howFound(host)}: start one, or correct spec.hosts of the Cluster`),
      );
    if (found.value.state === 'running') return [];
    const passing = found.value.state === 'pending' || found.value.state === 'stopping';
    const remedy = passing
      ? wait(`EC2 says ${found.value.state}`)
      : operator(
          `start it (aws ec2 start-instances --instance-ids ${found.value.instanceId}); its members are away until then`,
        );
    return finding('instance state', 'running', found.value.state, remedy);
  },
});

function desiredInstance(fleet: Fleet, host: Host, inventory: Inventory): DesiredInstance {
  const tenants = fleet.tenants.filter((tenant) => tenant.members.some((member) => member.host === host.name));
  return {
    subject: `instance/${host.name}`,
    needs: [],
    host,
    found: inventory.get(host.name) ?? { state: 'unknown', reason: 'EC2 was not asked' },
    hurts: tenants.map((tenant) => tenant.name),
  };
}

function howFound(host: Host): string {
  return 'instanceId' in host.adopt
    ? `with id ${host.adopt.instanceId}`
    : `with tag ${host.adopt.tag.key}=${host.adopt.tag.value}`;
}
