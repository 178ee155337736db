import type { HostName } from '../../crds/fleet.ts';
import { proxyUnits } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { act, notObserved } from '../contract/remedy.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import type { Ovs, OvsBridge, OvsPort } from '../facts/ovs/ovs.ts';
import { meshInForce } from '../shared/bridge-in-force.ts';
import { waitForPackages } from '../shared/host-readiness.ts';
import { pathMtuOn } from '../shared/path-mtu.ts';
import { bootFiles, bootFindings, bootFolder } from './boot.ts';
import { bridgeDifferences } from './bridge.ts';
import { type DesiredMesh, desiredMesh, type MeshPair, type TenantPort, type Tunnel } from './desired.ts';
import { greFindings } from './firewall.ts';
import { linkFindings, portsToBoot } from './link.ts';
import { portsForNow } from './lower-mtu.ts';
import { unmanagedFindings } from './orphaned.ts';
import type { OvsDifference, OvsFix } from './ovs-diff.ts';
import { pathFindings } from './path.ts';
import { portDifferences, tunnelDifferences } from './ports.ts';
import { stalePortDifferences, stalePorts } from './stale-port.ts';
import { underlayFindings } from './underlay.ts';

const facts = ({ host, bridge, tunnels, role, ports, pair, paths, underlay, redisHosts, runtime }: DesiredMesh) => {
  // Only proxies have tenant ports, and thus boot files.
  const boot = role === 'proxy' ? [host] : [];
  const pairs = pair && ports.length ? [pair] : [];
  const keepalivedOn = (one: HostName, { name }: MeshPair) => ({ fact: 'keepalived', host: one, pair: name }) as const;
  return {
    ovs: { fact: 'ovs', host } as const,
    peersOvs: tunnels.map(({ peer }) => ({ fact: 'ovs', host: peer }) as const),
    links: { fact: 'links', host } as const,
    pathMtu: pathMtuOn(host, underlay.mtu, paths),
    firewall: bridge.datapath === 'system' ? [{ fact: 'firewall', host } as const] : [],
    files: boot.map(() => filesOn(host, ports)),
    units: boot.map(() => ({ fact: 'units', host, units: proxyUnits }) as const),
    haproxy: pairs.map(() => ({ fact: 'haproxy', host }) as const),
    ovsOfPair: pairs.map(({ peer }) => ({ fact: 'ovs', host: peer.host }) as const),
    keepalived: pairs.flatMap((one) => [keepalivedOn(host, one), keepalivedOn(one.peer.host, one)]),
    peerLinks: pairs.map(({ peer }) => ({ fact: 'links', host: peer.host }) as const),
    // The same request as that of the other proxy itself.
    peerFiles: pairs.map(({ peer }) => filesOn(peer.host, peer.ports)),
    containers: boot.flatMap(() => redisHosts.map((one) => ({ fact: 'containers', host: one, runtime }) as const)),
  };
};

function filesOn(host: HostName, ports: readonly TenantPort[]) {
  return { fact: 'files', host, within: bootFolder, paths: bootFiles(ports).map((file) => file.path) } as const;
}

const notRequested = unknown('it was not observed');

/** One bridge per host, a GRE tunnel to every host that it must reach, and on each proxy one port per tenant. */
export const mesh = bind<DesiredMesh, ReturnType<typeof facts>>({
  component: 'mesh',
  desire: desiredMesh,
  facts,
  diff: (declared, observed) => {
    const { ovs, links, files, units, containers, haproxy, keepalived, peerLinks, peerFiles } = observed;
    const finding = findingsAbout(declared.subject, { impacts: declared.tenants });
    const field = 'Open vSwitch';
    if (ovs.state === 'unknown')
      return [finding('NotObserved', field, { have: 'unknown', want: 'running' }, notObserved(ovs))];
    if (ovs.state === 'absent') {
      const values = { have: 'not installed', want: 'installed' };
      return [finding('PackagesMissing', field, values, waitForPackages(declared.host))];
    }
    const { bridge: name } = meshInForce(declared.cluster, ovs.value.bridges);
    const bridge = ovs.value.bridges.find((one) => one.name === name);
    const ports = portsForNow(declared, bridge, links, containers);
    const desired = { ...declared, bridge: { ...declared.bridge, name }, ports };
    const otherBridges = ovs.value.bridges.filter((one) => one.name !== name);
    const stale = stalePorts(desired, bridge, containers);
    const [filesHere = notRequested, haproxyHere = notRequested] = [files[0], haproxy[0]];
    const [own = notRequested, peer = notRequested] = keepalived;
    const seen = {
      own: { files: filesHere, haproxy: haproxyHere, keepalived: own },
      peer: { links: peerLinks[0] ?? notRequested, files: peerFiles[0] ?? notRequested, keepalived: peer },
    };
    const turn = { ovsOfPeer: observed.ovsOfPair[0] ?? notRequested, own, peer };
    const seenOvs = { bridge, otherBridges, peers: observed.peersOvs };
    return [
      ...ovsFindings(desired, bridgeDifferences(declared, desired, ovs.value, turn), seenOvs, stale),
      ...unmanagedFindings(desired, bridge, files[0], stale),
      ...underlayFindings(desired, links),
      ...pathFindings(desired, links, observed.pathMtu[0]),
      ...greFindings(desired, links, observed.firewall[0]),
      ...linkFindings(desired, bridge, links, seen),
      ...bootFindings(desired.host, portsToBoot(desired, links, seen), files, units),
    ];
  },
});

interface SeenOvs {
  readonly bridge: OvsBridge | undefined;
  readonly otherBridges: readonly OvsBridge[];
  /** Open vSwitch of the host at the other end of each tunnel. */
  readonly peers: readonly Observation<Ovs>[];
}

/**
 * All changes to Open vSwitch on a host are made in one OVSDB transaction: every finding has that one action. `own`: the differences of the
 * bridge itself, which may be another action that comes after it.
 */
function ovsFindings(
  desired: DesiredMesh,
  own: readonly OvsDifference[],
  { bridge, otherBridges, peers }: SeenOvs,
  stale: readonly OvsPort[],
): readonly Finding[] {
  const tunnelOf = (one: Tunnel, index: number) =>
    tunnelDifferences(desired, one, bridge, otherBridges, peers[index] ?? notRequested);
  const differences = [
    ...own.filter(({ remedy }) => remedy.by !== 'action'),
    ...desired.tunnels.flatMap(tunnelOf),
    ...desired.ports.flatMap((one) => portDifferences(desired, one, bridge, otherBridges)),
    ...stalePortDifferences(desired, stale),
    // The transaction names the bridge as it is before.
    ...own.filter(({ remedy }) => remedy.by === 'action'),
  ];
  const all = differences.flatMap(({ remedy }) => (remedy.by === 'transaction' ? remedy.operations : []));
  const operations = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  const transaction = { operation: 'ovs-transaction', host: desired.host, operations } as const;
  const fixOf = ({ removes: paths }: OvsFix) =>
    act([...(paths ? [{ operation: 'remove-files', host: desired.host, paths } as const] : []), transaction]);
  return differences.map(({ subject, impacts, reason, field, have, want, remedy }) => {
    const how = remedy.by === 'transaction' ? fixOf(remedy) : remedy;
    return findingsAbout(subject, { impacts })(reason, field, { have, want }, how);
  });
}
