import type { Cluster, Origin, ProxyPair } from '../../crds/fleet.ts';
import type { Finding, FindingBuilder } from '../contract/finding.ts';
import { findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notObserved } from '../contract/remedy.ts';
import type { ElasticAddress } from '../facts/ec2/elastic-addresses.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { ec2Step, isOwnedBy, partTags } from '../shared/ec2-tags.ts';
import { publicAddressFacts, publicAddressPart, publicAddressState } from '../shared/public-address.ts';
import { vipInterfaceFacts } from '../shared/vip-routes.ts';
import { bothPublicAddressesBound, publicAddressElsewhere } from './messages.ts';

/** The Elastic IP address of a pair: it exists, and is bound to the virtual IP. */
interface DesiredPublicAddress extends Desired {
  readonly cluster: Cluster;
  readonly pair: ProxyPair;
  readonly origin: Origin;
  /** Network interfaces of the pair's hosts. */
  readonly own: readonly string[];
  /** One EC2 call for all pairs. */
  readonly interfaces: FactRequestOf<'network-interfaces'>;
}

const field = 'public address';

const facts = ({ cluster, pair, interfaces }: DesiredPublicAddress) => ({
  addresses: publicAddressFacts(cluster, pair),
  interfaces,
});

/**
 * A finding about it impacts no tenant: clients in the VPC do not notice. EC2 moves the binding along when the virtual IP is reassigned to
 * another network interface. Source: Amazon EC2 User Guide, "Secondary IP addresses for your EC2 instances".
 */
export const publicAddress = bind<DesiredPublicAddress, ReturnType<typeof facts>>({
  component: 'vip',
  desire: (fleet, inventory) => {
    const { cluster, proxyPairs } = fleet;
    const interfaces = vipInterfaceFacts(fleet, inventory);
    return proxyPairs.flatMap((pair) => {
      if (!pair.publicAddress) return [];
      const own = pair.hosts.flatMap((host) => {
        const seen = inventory.get(host);
        return (seen?.state === 'present' && seen.value.networkInterfaceId) || [];
      });
      const subject = `vip/${pair.name}@public-address` as const;
      return [{ subject, dependsOn: [], cluster, pair, origin: pair.publicAddress, own, interfaces }];
    });
  },
  facts,
  diff: (desired, { addresses: [shown], interfaces }) => {
    const { cluster, pair, origin, subject } = desired;
    const finding = findingsAbout(subject, { impacts: [] });
    const { address, duplicates } = publicAddressState(cluster, pair.name, origin, shown);
    const values = { have: 'absent', want: `bound to ${pair.vip}` };
    if (address.state === 'unknown')
      return [finding('NotObserved', field, { ...values, have: 'unknown' }, notObserved(address))];
    if (address.state === 'conflict')
      return [finding(address.reason, field, { ...values, have: address.have }, manual(address.message))];
    if (address.state === 'absent') return [finding('Missing', field, values, act([allocate(cluster, pair.name)]))];
    return [
      ...bindingFindings(desired, finding, address.value, interfaces),
      ...duplicates.map((one) => duplicateFinding(finding, address.value, one)),
    ];
  },
});

function allocate(cluster: Cluster, pair: string) {
  return ec2Step(`allocate an Elastic IP address for ${pair}`, 'AllocateAddress', {
    Domain: 'vpc',
    TagSpecifications: partTags('elastic-ip', cluster, publicAddressPart(pair)),
  });
}

function bindingFindings(
  { cluster, pair: { name, vip }, own }: DesiredPublicAddress,
  finding: FindingBuilder,
  address: ElasticAddress,
  interfaces: Observation<readonly NetworkInterface[]>,
): readonly Finding[] {
  const { id, publicIp, boundTo } = address;
  const about = `${field} ${publicIp}`;
  const have = boundTo ? `bound to ${boundTo.address} on ${boundTo.networkInterfaceId}` : 'not bound';
  const want = `bound to ${vip}`;
  if (interfaces.state !== 'present') return [finding('NotObserved', about, { have, want }, notObserved(interfaces))];
  // Another VPC may have the same private address.
  const holder = interfaces.value.find(
    (one) => own.includes(one.networkInterfaceId) && one.addresses.some((each) => each.address === vip),
  );
  if (!holder) return [finding('PublicAddressNotBound', about, { have, want }, dependsOn(`vip/${name}`))];
  const { networkInterfaceId } = holder;
  if (boundTo?.address === vip && boundTo.networkInterfaceId === networkInterfaceId) return [];
  if (boundTo && !isOwnedBy(address, cluster.name) && !own.includes(boundTo.networkInterfaceId)) {
    const remedy = manual(publicAddressElsewhere(publicIp, id, name));
    return [finding('PublicAddressNotBound', about, { have, want }, remedy)];
  }
  const associate = ec2Step(`bind ${publicIp} to ${vip} on ${networkInterfaceId}`, 'AssociateAddress', {
    AllocationId: id,
    NetworkInterfaceId: networkInterfaceId,
    PrivateIpAddress: vip,
    AllowReassociation: boundTo !== undefined,
  });
  return [finding('PublicAddressNotBound', about, { have, want }, act([associate]))];
}

function duplicateFinding(finding: FindingBuilder, kept: ElasticAddress, { id, publicIp, boundTo }: ElasticAddress) {
  const values = { have: `duplicate of ${kept.publicIp}`, want: 'absent' };
  const release = ec2Step(`release duplicate Elastic IP address ${publicIp}`, 'ReleaseAddress', { AllocationId: id });
  const remedy = boundTo ? manual(bothPublicAddressesBound(publicIp)) : act([release]);
  return finding('Duplicate', `${field} ${publicIp}`, values, remedy);
}
