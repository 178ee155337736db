import type { Cluster, HostName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Reason } from '../contract/reasons.ts';
import { type BoundReconciler, bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, info, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { retiredAt } from '../shared/retired-host.ts';
import type { TeardownOptions } from './options.ts';

interface HostToDelete extends Desired {
  readonly host: HostName;
  readonly cluster: Cluster;
  readonly found: Observation<Instance>;
  readonly adopted: boolean;
  /** Proxies are stopped first: then no client reaches what is stopped after them. */
  readonly after: Subject | undefined;
}

const facts = ({ cluster, adopted }: HostToDelete) => ({ interfaces: adopted ? [] : [interfacesOf(cluster)] });

export function hosts(options: TeardownOptions): BoundReconciler {
  return bind<HostToDelete, ReturnType<typeof facts>>({
    component: 'instance',
    desire: ({ cluster }, inventory) => cluster.hosts.map((host) => toDelete(cluster, host, inventory)),
    facts,
    diff: (host, { interfaces: [shown] }) => hostFindings(host, shown ?? unknown('EC2 was not asked'), options),
  });
}

function toDelete(
  cluster: Cluster,
  { name, role, origin }: Cluster['hosts'][number],
  inventory: Inventory,
): HostToDelete {
  const proxy = cluster.hosts.find(
    (other) => other.role === 'proxy' && 'create' in other.origin && serves(inventory.get(other.name)),
  );
  return {
    subject: `instance/${name}`,
    dependsOn: [],
    host: name,
    cluster,
    found: inventory.get(name) ?? { state: 'unknown', reason: 'EC2 was not asked' },
    adopted: 'adopt' in origin,
    after: role === 'redis' && proxy ? `instance/${proxy.name}` : undefined,
  };
}

function serves(found: Observation<Instance> | undefined): boolean {
  return found?.state === 'present' && ['running', 'stopping'].includes(found.value.state);
}

function hostFindings(
  hostToDelete: HostToDelete,
  interfaces: Observation<readonly NetworkInterface[]>,
  options: TeardownOptions,
): readonly Finding[] {
  const { subject, host, found, adopted, cluster } = hostToDelete;
  const finding = findingsAbout(subject);
  if (adopted) {
    if (found.state !== 'present') return [];
    const values = { have: found.value.instanceId, want: found.value.instanceId };
    return [finding('AdoptedKept', 'instance', values, info('adopted: it is left alone, with what runs on it'))];
  }
  if (found.state === 'unknown')
    return [finding('NotObserved', 'instance', { have: 'unknown', want: 'absent' }, notObserved(found))];
  if (found.state === 'present') {
    const [reason, remedy] = deletionRemedy(hostToDelete, found.value, options);
    return [finding(reason, `instance of ${host}`, { have: stateOf(found.value), want: 'absent' }, remedy)];
  }
  if (interfaces.state !== 'present')
    return [finding('NotObserved', 'network interface', { have: 'unknown', want: 'absent' }, notObserved(interfaces))];
  const left = interfaces.value.filter(
    ({ tags }) => tags[markers.ec2Cluster] === cluster.name && tags[markers.ec2Host] === host,
  );
  return left.map(({ networkInterfaceId: id, status }) => {
    const away = ec2Step(`delete network interface ${id} of ${host}`, 'DeleteNetworkInterface', {
      NetworkInterfaceId: id,
    });
    const remedy = status === 'available' ? act([away]) : settling(`EC2 reports ${status}`);
    return finding('ToBeDeleted', `network interface ${id}`, { have: status, want: 'absent' }, remedy);
  });
}

/** Stopped and marked first; destroyed when it was kept long enough, or when that is asked for. */
function deletionRemedy(
  { host, cluster, after }: HostToDelete,
  instance: Instance,
  { now, atOnce }: TeardownOptions,
): readonly [Reason, Remedy] {
  const { instanceId, state } = instance;
  if (after) return ['DependencyNotReady', dependsOn(after, 'proxies are stopped first')];
  const retired = retiredAt(instance);
  if (state === 'pending' || state === 'stopping') return ['HostToBeStopped', settling(`EC2 reports ${state}`)];
  if (state === 'running' || retired === undefined) {
    const mark = ec2Step(`mark ${instanceId} of ${host} as retired`, 'CreateTags', {
      Resources: [instanceId],
      Tags: [{ Key: markers.ec2Retired, Value: new Date(now).toISOString() }],
    });
    const stop = ec2Step(`stop ${instanceId} of ${host}`, 'StopInstances', { InstanceIds: [instanceId] });
    return ['HostToBeStopped', act(state === 'running' ? [mark, stop] : [mark])];
  }
  const due = retired + cluster.prune.retainForMs;
  if (!atOnce && now < due) {
    const until = new Date(due).toISOString();
    return [
      'HostRetained',
      info(`stopped and kept with its data until ${until}; the next delete after that destroys it`),
    ];
  }
  const end = ec2Step(`terminate ${instanceId} of ${host}, with its data`, 'TerminateInstances', {
    InstanceIds: [instanceId],
  });
  // At once and not only where it is declared: DescribeInstances does not show the protection, and lifting it twice does nothing.
  const lift = ec2Step(`lift the termination protection of ${instanceId} of ${host}`, 'ModifyInstanceAttribute', {
    InstanceId: instanceId,
    DisableApiTermination: { Value: false },
  });
  return ['ToBeDeleted', act([lift, end])];
}

function stateOf(instance: Instance): string {
  const retired = retiredAt(instance);
  return retired === undefined ? instance.state : `${instance.state}, retired ${new Date(retired).toISOString()}`;
}

function interfacesOf({ hosts: all }: Cluster): FactRequestOf<'network-interfaces'> {
  const addresses = all.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : []));
  return { fact: 'network-interfaces', addresses: addresses.sort() };
}
