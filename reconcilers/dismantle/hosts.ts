import type { Cluster, HostName } from '../../crds/fleet.ts';
import { act, blind, type Drift, notice, type Remedy, type Subject, wait } from '../drift.ts';
import { ec2Step } from '../ec2-tags.ts';
import type { Instance, Inventory } from '../inventory.ts';
import { marks } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import type { AskOf } from '../questions/index.ts';
import { type BoundReconciler, bind, type Desired } from '../reconciler.ts';
import { retiredAt } from '../retired-host.ts';
import { reasonOf } from '../service.ts';
import type { Dismantling } from './index.ts';

interface Unwanted extends Desired {
  readonly host: HostName;
  readonly cluster: Cluster;
  readonly found: Observation<Instance>;
  readonly adopted: boolean;
  /** Proxies go first: nobody is let in any more to what is stopped then. */
  readonly after: Subject | undefined;
}

const questions = ({ cluster, adopted }: Unwanted) => ({ interfaces: adopted ? [] : [interfacesOf(cluster)] });

export function hosts(dismantling: Dismantling): BoundReconciler {
  return bind<Unwanted, ReturnType<typeof questions>>({
    concern: 'instance',
    desire: ({ cluster }, inventory) => cluster.hosts.map((host) => unwanted(cluster, host, inventory)),
    questions,
    diff: (host, { interfaces: [cards] }) => hostDrift(host, cards, dismantling),
  });
}

function unwanted(cluster: Cluster, { name, role, origin }: Cluster['hosts'][number], inventory: Inventory): Unwanted {
  const proxy = cluster.hosts.find(
    (other) => other.role === 'proxy' && 'create' in other.origin && serves(inventory.get(other.name)),
  );
  return {
    subject: `instance/${name}`,
    needs: [],
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

function hostDrift(
  unwantedHost: Unwanted,
  cards: Observation<readonly AddressOwner[]> | undefined,
  dismantling: Dismantling,
): readonly Drift[] {
  const { subject, host, found, adopted, cluster } = unwantedHost;
  const finding = (field: string, have: string, remedy: Remedy, want = 'gone'): readonly Drift[] => [
    { subject, field, want, have, hurts: [], remedy },
  ];
  if (adopted) {
    if (found.state !== 'present') return [];
    return finding(
      'instance',
      `${found.value.instanceId}, adopted`,
      notice('adopted: it is left alone, and so is what was put on it'),
      'as it is',
    );
  }
  if (found.state === 'unknown') return finding('instance', 'could not be seen', blind(found.reason));
  if (found.state === 'present')
    return finding(`instance of ${host}`, stateWords(found.value), goRemedy(unwantedHost, found.value, dismantling));
  if (cards?.state !== 'present')
    return finding('network interface', 'could not be seen', blind(cards ? reasonOf(cards) : 'EC2 was not asked'));
  const left = cards.value.filter(
    ({ tags }) => tags[marks.ec2Cluster] === cluster.name && tags[marks.ec2Host] === host,
  );
  return left.flatMap(({ networkInterfaceId: id, status }) => {
    const away = ec2Step(`delete network interface ${id} of ${host}`, 'DeleteNetworkInterface', {
      NetworkInterfaceId: id,
    });
    return finding(`network interface ${id}`, status, status === 'available' ? act([away]) : wait(`it is ${status}`));
  });
}

/** Stopped and marked first; destroyed when it was kept long enough, or when that is asked for. */
function goRemedy({ host, cluster, after }: Unwanted, instance: Instance, { now, atOnce }: Dismantling): Remedy {
  const { instanceId, state } = instance;
  if (after) return wait(`the proxies first`, after);
  const retired = retiredAt(instance);
  if (state === 'pending' || state === 'stopping') return wait(`EC2 says ${state}`);
  if (state === 'running' || retired === undefined) {
    const mark = ec2Step(`mark ${instanceId} of ${host} as retired`, 'CreateTags', {
      Resources: [instanceId],
      Tags: [{ Key: marks.ec2Retired, Value: new Date(now).toISOString() }],
    });
    const stop = ec2Step(`stop ${instanceId} of ${host}`, 'StopInstances', { InstanceIds: [instanceId] });
    return act(state === 'running' ? [mark, stop] : [mark]);
  }
  const due = retired + cluster.prune.retainForMs;
  if (!atOnce && now < due)
    return notice(
      `stopped and kept, its data with it, until ${new Date(due).toISOString()}: the next delete after that destroys it`,
    );
  const end = ec2Step(`terminate ${instanceId} of ${host}, with its data`, 'TerminateInstances', {
    InstanceIds: [instanceId],
  });
  return act([end]);
}

function stateWords(instance: Instance): string {
  const retired = retiredAt(instance);
  return retired === undefined ? instance.state : `${instance.state}, retired ${new Date(retired).toISOString()}`;
}

function interfacesOf({ hosts: all }: Cluster): AskOf<'address-owner'> {
  const addresses = all.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : []));
  return { what: 'address-owner', addresses: addresses.sort() };
}
