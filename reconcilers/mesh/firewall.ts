import type { TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { FirewallChain } from '../facts/host/firewall.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import { acceptCommand, type Drop, droppedBy, dropText } from '../shared/firewall.ts';
import { type Between, gre } from '../shared/firewall-traffic.ts';
import { deviceWith } from '../shared/network-device.ts';
import type { DesiredMesh, Tunnel } from './desired.ts';
import { greLost, greRepliesOnly } from './messages.ts';

type Links = Observation<readonly Link[]>;
type Firewall = Observation<readonly FirewallChain[]>;

/** A tunnel whose packets the firewall of the host drops: all of them, or those that are no reply. */
interface Blocked {
  readonly tunnel: Tunnel;
  readonly drop: Drop;
  readonly all: boolean;
}

/**
 * The firewall of the host lets the tunnels' packets pass. A firewall that it has for all tunnels is the finding of a subject that nothing
 * depends on: a container runs without them. The userspace datapath takes packets before the firewall, which is not observed then.
 */
export function greFindings(desired: DesiredMesh, links: Links, firewall: Firewall | undefined): readonly Finding[] {
  const known = desired.tunnels.filter(({ remote }) => remote !== undefined);
  const blocked = known.flatMap((tunnel) => blockedBy(desired, tunnel, links, firewall) ?? []);
  const [first] = blocked;
  if (!first) return [];
  const same = blocked.filter(({ drop, all }) => dropKey(drop) === dropKey(first.drop) && all === first.all);
  if (same.length === known.length)
    return [greFinding(`mesh/${desired.host}@underlay`, desired.tenants, first, desired.host, blocked)];
  return blocked.map((one) => greFinding(one.tunnel.subject, one.tunnel.tenants, one, desired.host, [one]));
}

function blockedBy(
  { underlay }: DesiredMesh,
  tunnel: Tunnel,
  links: Links,
  firewall: Firewall | undefined,
): Blocked | undefined {
  const device = deviceWith(underlay.address, links)?.name;
  const ways: readonly Between[] = [
    { direction: 'in', from: tunnel.remote, to: underlay.address, device },
    { direction: 'out', from: underlay.address, to: tunnel.remote, device },
  ];
  const dropped = ways.flatMap((between) => {
    const drop = droppedBy(firewall, gre(between));
    const all = droppedBy(firewall, gre({ ...between, established: true })) !== undefined;
    return drop ? [{ tunnel, drop, all }] : [];
  });
  return dropped.find(({ all }) => all) ?? dropped[0];
}

/** Replies pass as long as both hosts send: a risk, which impacts nobody yet. */
function greFinding(
  subject: Subject,
  tenants: readonly TenantName[],
  { drop, all }: Blocked,
  host: string,
  blocked: readonly Blocked[],
): Finding {
  const peers = blocked.map(({ tunnel }) => tunnel.peer);
  const fix = acceptCommand(drop, 47);
  const message = (all ? greLost : greRepliesOnly)(dropText(drop, host, 'GRE'), host, peers, fix);
  const values = { have: all ? 'dropped' : 'only replies are accepted', want: 'accepted' };
  return findingsAbout(subject, { impacts: all ? tenants : [] })('GreBlocked', 'GRE', values, manual(message));
}

function dropKey({ rule, chain }: Drop): string {
  return `${chain}: ${rule}`;
}
