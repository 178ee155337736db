import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual, notKnown, settlingUnknown } from '../contract/remedy.ts';
import type { InstanceType } from '../facts/ec2/launch-inputs.ts';
import type { FirewallChain } from '../facts/host/firewall.ts';
import type { Link } from '../facts/host/links.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import { type TakeoverCause, takeoverStateOf } from '../shared/takeover.ts';
import type { DesiredKeepalived } from './desired.ts';
import { takeoverDrop } from './firewall.ts';
import type { RouteTables } from './route-tables.ts';
import { standbyCannotTakeOver, takeoverNotChecked, takeoverPending } from './takeover-messages.ts';

/** What else shows whether a host could take the address over, and why not. */
export interface TakeoverFacts {
  /** The answer to `typesFor`. */
  readonly types?: Observation<readonly InstanceType[]> | undefined;
  readonly firewall?: Observation<readonly FirewallChain[]> | undefined;
  /** Of the VPC, with an overlay address. */
  readonly routeTables?: RouteTables | undefined;
}

/** A host that is not VRRP master must be able to assign the virtual address to itself, or to route it there, as a failover does. One finding for each cause. */
export function takeoverFindings(
  desired: DesiredKeepalived,
  keepalived: Keepalived,
  links: Observation<readonly Link[]>,
  { types, firewall }: TakeoverFacts,
): readonly Finding[] {
  const { subject, host, peer, vip, overlay, instance, tenants } = desired;
  const finding = findingsAbout(subject, { impacts: tenants });
  const { faults, pending, unknown } = takeoverStateOf({ vip, overlay, instance, keepalived, types });
  const known = faults.map(({ cause, words }) => {
    const { field, want, have } = (overlay && routeValues[cause]) ?? values[cause];
    const drop = takeoverDrop(desired, cause, { firewall, links });
    const remedy = manual(standbyCannotTakeOver({ host, peer, vip, endpoint: desired.endpoint, drop }, cause, words));
    return finding('StandbyCannotTakeOver', field, { have: have(words), want }, remedy);
  });
  const state = { have: 'unknown', want: 'possible' };
  if (pending) return [...known, finding('NotObserved', 'takeover', state, settlingUnknown(takeoverPending), [])];
  if (unknown === undefined) return known;
  return [...known, finding('NotObserved', 'takeover', state, notKnown(takeoverNotChecked(host, unknown)), [])];
}

const routeValues: { readonly [C in TakeoverCause]?: Values } = {
  permission: { field: 'permission', have: () => 'none', want: 'ec2:ReplaceRoute, CreateRoute, DescribeRouteTables' },
};

interface Values {
  readonly field: string;
  readonly want: string;
  have(words: string): string;
}

const values: Readonly<Record<TakeoverCause, Values>> = {
  metadata: { field: 'instance metadata service', have: () => 'does not respond', want: 'responds' },
  credentials: { field: 'credentials', have: () => 'none', want: 'those of an IAM role' },
  api: { field: 'EC2 API', have: () => 'does not respond', want: 'responds' },
  clock: {
    field: 'clock',
    have: (words) => `${Math.round(Math.abs(Number(words)) / 60)} min ${Number(words) < 0 ? 'slow' : 'fast'}`,
    want: "EC2's, within 4 min",
  },
  permission: { field: 'permission', have: () => 'none', want: 'ec2:AssignPrivateIpAddresses' },
  refused: { field: 'calls of EC2', have: () => 'refused', want: 'accepted' },
  room: { field: 'addresses of the network interface', have: () => 'as many as allowed', want: 'room for one more' },
};
