import type { Cluster, Fleet } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Plan } from '../contract/plan.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { type Observation, present, unknown } from '../facts/observation.ts';
import type { Ec2Request } from '../facts/requests.ts';
import type { Ec2Command } from '../operations/operation.ts';
import { type Quota, quotaOf, vcpuQuota } from '../shared/ec2-answers/quotas.ts';
import { isOwnedBy } from '../shared/ec2-tags.ts';
import { egressParts } from '../shared/egress-state.ts';
import { publicAddressPart } from '../shared/public-address.ts';

/** What an apply to the end would create or start that a quota limits. */
export interface Wanted {
  /** The type of each instance. */
  readonly types: readonly string[];
  /** Elastic IP addresses that are declared to be created, by their part of the Cluster; those that exist included. */
  readonly addresses: readonly string[];
  readonly vpcs: number;
}

/** A quota, and how much of it is in use in the account and region, and needed in addition: vCPUs, addresses, VPCs. */
export interface QuotaDemand {
  readonly quota: Quota;
  readonly used: number;
  readonly needed: number;
}

/** From the documents and the inventory, because the first plan of an empty account has little more than the VPC. */
export function wantedIn({ cluster, proxyPairs }: Fleet, inventory: Inventory, plan: Plan): Wanted {
  const calls = plan.steps.flatMap(({ action }) => (action.operation === 'ec2-call' ? [action.call] : []));
  const launched = cluster.hosts.flatMap(({ name, origin }) =>
    'create' in origin && inventory.get(name)?.state === 'absent' ? [origin.create.type] : [],
  );
  const pairs = proxyPairs.filter(({ publicAddress }) => publicAddress && 'create' in publicAddress);
  const gateways = cluster.network.egress?.natGateways.filter(({ origin }) => 'create' in origin) ?? [];
  return {
    types: [...launched, ...startedTypes(calls, inventory)],
    addresses: [
      ...pairs.map(({ name }) => publicAddressPart(name)),
      ...gateways.map(({ subnet }) => egressParts.natGateway(subnet)),
    ],
    vpcs: calls.filter(({ action }) => action === 'CreateVpc').length,
  };
}

/** A stopped instance counts towards no quota. */
function startedTypes(calls: readonly Ec2Command[], inventory: Inventory): readonly string[] {
  const started = new Set(
    calls.flatMap(({ action, input }) => (action === 'StartInstances' ? (input['InstanceIds'] as string[]) : [])),
  );
  return [...inventory.values()].flatMap((seen) =>
    seen.state === 'present' && started.has(seen.value.instanceId) ? (seen.value.type ?? []) : [],
  );
}

/** What has to be read for it, of the whole account; nothing where nothing is wanted. */
export function quotaFacts(wanted: Wanted): readonly Ec2Request[] {
  return [
    ...(wanted.types.length ? [runningFact, typesFact(wanted)] : []),
    ...(wanted.addresses.length ? [addressesFact] : []),
    ...(wanted.vpcs ? [vpcsFact] : []),
  ];
}

const runningFact = { fact: 'running-instances' } as const;
const addressesFact = { fact: 'elastic-addresses', filters: {} } as const;
const vpcsFact = { fact: 'vpcs', filters: {} } as const;

function typesFact({ types }: Wanted) {
  return { fact: 'instance-types', names: [...new Set(types)].sort() } as const;
}

/** The quotas of which more is needed. Unknown where what is in use could not be observed. */
export function quotaDemands(
  cluster: Cluster,
  wanted: Wanted,
  lookup: FactLookup,
): readonly Observation<QuotaDemand>[] {
  return [
    ...vcpuDemands(wanted, lookup),
    ...addressDemands(cluster, wanted, lookup),
    ...(wanted.vpcs
      ? [demandOf(quotaOf.VpcLimitExceeded, lookup(vpcsFact), (vpcs) => ({ used: vpcs.length, needed: wanted.vpcs }))]
      : []),
  ].filter((one) => one.state !== 'present' || one.value.needed > 0);
}

/** A type that does not exist is another finding. */
function vcpuDemands(wanted: Wanted, lookup: FactLookup): readonly Observation<QuotaDemand>[] {
  if (!wanted.types.length) return [];
  const types = lookup(typesFact(wanted));
  const running = lookup(runningFact);
  const quotas = new Map(wanted.types.map((type) => vcpuQuota(type)).map((one) => [one.code, one]));
  return [...quotas.values()].map((quota) => {
    if (types.state !== 'present') return demandOf(quota, types, () => nothing);
    const vcpusOf = (name: string) => types.value.find((one) => one.name === name)?.vcpus ?? 0;
    const isOfFamily = (type: string) => vcpuQuota(type).code === quota.code;
    return demandOf(quota, running, (instances) => ({
      used: sum(instances.filter(({ type }) => isOfFamily(type)).map(({ vcpus }) => vcpus)),
      needed: sum(wanted.types.filter(isOfFamily).map(vcpusOf)),
    }));
  });
}

function addressDemands({ name }: Cluster, wanted: Wanted, lookup: FactLookup): readonly Observation<QuotaDemand>[] {
  if (!wanted.addresses.length) return [];
  return [
    demandOf(quotaOf.AddressLimitExceeded, lookup(addressesFact), (all) => {
      const own = all.filter((one) => isOwnedBy(one, name)).map(({ tags }) => tags[markers.ec2Part]);
      return { used: all.length, needed: wanted.addresses.filter((part) => !own.includes(part)).length };
    }),
  ];
}

const nothing = { used: 0, needed: 0 };

function demandOf<T>(
  quota: Quota,
  seen: Observation<T>,
  count: (value: T) => Omit<QuotaDemand, 'quota'>,
): Observation<QuotaDemand> {
  if (seen.state === 'present') return present({ quota, ...count(seen.value) });
  return unknown(`${quota.name}: ${seen.state === 'unknown' ? seen.reason : 'EC2 was not asked'}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
