import type { Cluster, Fleet, TenantName } from '../../crds/fleet.ts';
import type { Drift, Subject } from '../drift.ts';
import { act, blind, operator, wait } from '../drift.ts';
import { type GroundSight, groundAsks, type PartSight } from '../ground.ts';
import type { Inventory } from '../inventory.ts';
import type { Desired } from '../reconciler.ts';
import type { Action } from '../verbs/index.ts';

export type Part =
  | { readonly kind: 'vpc' | 'internet-gateway' | 'security-group' }
  | { readonly kind: 'subnet'; readonly subnet: string };

/** One part of the network around the hosts. */
export interface DesiredPart extends Desired {
  readonly part: Part;
  readonly cluster: Cluster;
  /** What clients reach of each Tenant: its port on the proxies. */
  readonly ports: readonly { readonly tenant: TenantName; readonly port: number }[];
  readonly tenants: readonly TenantName[];
  /** No host of the Cluster runs yet. */
  readonly young: boolean;
}

/** The parts that a Cluster declares. Each but the VPC itself lies in the VPC. */
export function desiredParts({ cluster, tenants }: Fleet, inventory: Inventory): readonly DesiredPart[] {
  const { vpc, internetGateway, subnets, securityGroup } = cluster.network;
  if (!vpc) return [];
  const common = {
    cluster,
    tenants: tenants.map(({ name }) => name),
    ports: tenants.flatMap(({ name, expose }) => (expose ? [{ tenant: name, port: expose.port }] : [])),
    young: ![...inventory.values()].some((seen) => seen.state === 'present' && seen.value.state === 'running'),
  };
  const within: readonly Part[] = [
    ...(internetGateway ? [{ kind: 'internet-gateway' } as const] : []),
    ...subnets.map(({ name }) => ({ kind: 'subnet', subnet: name }) as const),
    ...(securityGroup ? [{ kind: 'security-group' } as const] : []),
  ];
  return [
    { ...common, subject: 'network/vpc', needs: [], part: { kind: 'vpc' } },
    ...within.map((part) => ({ ...common, subject: subjectOf(part), needs: ['network/vpc'] as const, part })),
  ];
}

export const partQuestions = ({ cluster }: DesiredPart) => groundAsks(cluster);

export function subjectOf(part: Part): Subject {
  return part.kind === 'subnet' ? subnetSubject(part.subnet) : `network/${part.kind}`;
}

export function subnetSubject(name: string): Subject {
  return `network/subnet-${name}`;
}

/** A finding about a part. Nobody is worse off by what hosts that run do not notice. */
export function finding(
  { subject }: DesiredPart,
  field: string,
  want: string,
  have: string,
  remedy: Drift['remedy'],
): Drift {
  return { subject, field, want, have, hurts: [], remedy };
}

/** What is to be said of a part that is not there; nothing, when it is. `make`: what makes it. */
export function presenceDrift(
  desired: DesiredPart,
  field: string,
  want: string,
  sight: PartSight<unknown>,
  make: readonly Action[],
): readonly Drift[] {
  if (sight.state === 'there') return [];
  if (sight.state === 'unseen') return [finding(desired, field, want, 'could not be seen', blind(sight.reason))];
  if (sight.state === 'missing') return [finding(desired, field, want, 'none', act(make))];
  const { have, reason, passing } = sight;
  return [
    finding(
      desired,
      field,
      want,
      have,
      passing ? wait(`it may be new, and not show whole yet. If this lasts: ${reason}`) : operator(reason),
    ),
  ];
}

export type Look = (desired: DesiredPart, sight: GroundSight) => readonly Drift[];
