import type { Cluster, ProxyPair } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Reason } from '../contract/reasons.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, info, notObserved, type Remedy } from '../contract/remedy.ts';
import { unknown } from '../facts/observation.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { destinationOf } from '../shared/vip-routes.ts';
import { vpcNetworkState } from '../shared/vpc-network.ts';
import { vpcNetworkFacts } from '../shared/vpc-network-facts.ts';

interface RoutesToDelete extends Desired {
  readonly cluster: Cluster;
  readonly pair: ProxyPair;
  readonly adopted: boolean;
  /** A created host of the pair that still runs, or whose state is unknown: as VRRP master it would create the route again. */
  readonly running: string | undefined;
  /** VPCs of the pair's hosts, as far as EC2 shows them. */
  readonly vpcs: readonly string[];
}

const facts = ({ cluster, pair }: RoutesToDelete) => ({
  ...vpcNetworkFacts(cluster),
  routed: [{ fact: 'route-tables', filters: { 'route.destination-cidr-block': [destinationOf(pair.vip)] } } as const],
});

/** Routes to overlay addresses: deleted once no proxy of the pair runs. Adopted proxies are left alone, with what runs on them. */
export const routes = bind<RoutesToDelete, ReturnType<typeof facts>>({
  component: 'vip',
  desire: ({ cluster, proxyPairs }, inventory) =>
    proxyPairs.flatMap((pair) => {
      if (!pair.overlay) return [];
      const hosts = cluster.hosts.filter(({ name }) => pair.hosts.includes(name));
      return [
        {
          subject: `vip/${pair.name}@routes` as const,
          dependsOn: [],
          cluster,
          pair,
          adopted: hosts.some(({ origin }) => 'adopt' in origin),
          running: hosts.find(({ name }) => mayRun(inventory, name))?.name,
          vpcs: pair.hosts.flatMap((host) => {
            const seen = inventory.get(host);
            return (seen?.state === 'present' && seen.value.vpcId) || [];
          }),
        },
      ];
    }),
  facts,
  diff: (desired, { routed: [shown = unknown('EC2 was not asked')], ...observed }) => {
    const { cluster, pair, vpcs, subject } = desired;
    const { vpc } = vpcNetworkState(cluster, false, observed);
    const want = 'absent';
    if (shown.state !== 'present')
      return [
        findingsAbout(subject)('NotObserved', `routes to ${pair.vip}`, { have: 'unknown', want }, notObserved(shown)),
      ];
    // Another VPC may have a route to the same address.
    const own = [...vpcs, ...(vpc.state === 'present' ? [vpc.value.id] : [])];
    return shown.value.filter(({ vpcId }) => own.includes(vpcId)).map(({ id }) => routeFinding(desired, id));
  },
});

function mayRun(inventory: Inventory, host: string): boolean {
  const seen = inventory.get(host);
  return seen?.state === 'present' ? !['stopped', 'terminated'].includes(seen.value.state) : seen?.state !== 'absent';
}

function routeFinding({ pair: { vip }, adopted, running, subject }: RoutesToDelete, table: string): Finding {
  const [reason, remedy] = ((): readonly [Reason, Remedy] => {
    if (adopted) return ['AdoptedKept', info('its proxies are adopted: they are left alone, and serve on')];
    if (running !== undefined)
      return ['DependencyNotReady', dependsOn(`instance/${running}`, 'the proxies are stopped first')];
    const input = { RouteTableId: table, DestinationCidrBlock: destinationOf(vip) };
    return ['ToBeDeleted', act([ec2Step(`delete the route to ${vip} in ${table}`, 'DeleteRoute', input)])];
  })();
  const want = adopted ? 'present' : 'absent';
  return findingsAbout(subject)(reason, `route to ${vip} in ${table}`, { have: 'present', want }, remedy);
}
