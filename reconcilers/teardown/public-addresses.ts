import type { Cluster, ProxyPair } from '../../crds/fleet.ts';
import { findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, info, notObserved } from '../contract/remedy.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { publicAddressFacts, publicAddressState } from '../shared/public-address.ts';

interface AddressToRelease extends Desired {
  readonly cluster: Cluster;
  readonly pair: ProxyPair;
  /** Hosts of the pair that still exist, or whose state is unknown. */
  readonly hosts: readonly string[];
}

const facts = ({ cluster, pair }: AddressToRelease) => ({ addresses: publicAddressFacts(cluster, pair) });

/** Elastic IP addresses that were allocated for a pair: released once its created hosts are gone, so that what was retired can be used again. */
export const publicAddresses = bind<AddressToRelease, ReturnType<typeof facts>>({
  component: 'vip',
  desire: ({ cluster, proxyPairs }, inventory) =>
    proxyPairs.flatMap((pair) => {
      if (!pair.publicAddress || 'adopt' in pair.publicAddress) return [];
      const created = cluster.hosts.filter(({ name, origin }) => pair.hosts.includes(name) && 'create' in origin);
      const hosts = created.flatMap(({ name }) => (inventory.get(name)?.state === 'absent' ? [] : [name]));
      return [{ subject: `vip/${pair.name}@public-address` as const, dependsOn: [], cluster, pair, hosts }];
    }),
  facts,
  diff: ({ cluster, pair, hosts, subject }, { addresses: [shown] }) => {
    if (!pair.publicAddress) return [];
    const finding = findingsAbout(subject);
    const { address, duplicates } = publicAddressState(cluster, pair.name, pair.publicAddress, shown);
    const want = { want: 'absent' };
    if (address.state === 'unknown')
      return [finding('NotObserved', 'public address', { have: 'unknown', ...want }, notObserved(address))];
    const all = [...(address.state === 'present' ? [address.value] : []), ...duplicates];
    return all.map(({ id, publicIp }) => {
      const release = ec2Step(`release Elastic IP address ${publicIp}`, 'ReleaseAddress', { AllocationId: id });
      const [reason, remedy] = hosts.length
        ? (['NetworkStillInUse', info(`it is released once ${hosts.join(' and ')} are gone`)] as const)
        : (['ToBeDeleted', act([release])] as const);
      return finding(reason, `public address ${publicIp}`, { have: id, ...want }, remedy);
    });
  },
});
