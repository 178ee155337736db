import type { Cluster, Creation, Fleet, Host } from '../../crds/fleet.ts';
import type { Drift } from '../drift.ts';
import { groundAsks } from '../ground.ts';
import type { Instance, Inventory } from '../inventory.ts';
import type { Observation } from '../observation.ts';
import type { AskOf } from '../questions/index.ts';
import type { Answers, Desired } from '../reconciler.ts';

/** A host, and what EC2 shows of it. */
export interface DesiredInstance extends Desired {
  readonly host: Host;
  readonly cluster: Cluster;
  /** Undefined: it is adopted. */
  readonly creation: Creation | undefined;
  readonly found: Observation<Instance>;
  readonly hurts: readonly string[];
  /** No host of the Cluster runs yet. */
  readonly young: boolean;
  /** Created hosts that are not there: what they are made from is asked once for all. */
  readonly missing: readonly Creation[];
}

export type InstanceAnswers = Answers<ReturnType<typeof instanceQuestions>>;

export function desiredInstance({ cluster, tenants }: Fleet, host: Host, inventory: Inventory): DesiredInstance {
  const here = tenants.filter((tenant) => tenant.members.some((member) => member.host === host.name));
  const seen = [...inventory.values()];
  return {
    subject: `instance/${host.name}`,
    needs: [],
    host,
    cluster,
    creation: 'create' in host.origin ? host.origin.create : undefined,
    found: inventory.get(host.name) ?? { state: 'unknown', reason: 'EC2 was not asked' },
    hurts: here.map((tenant) => tenant.name),
    young: !seen.some((one) => one.state === 'present' && one.value.state === 'running'),
    missing: cluster.hosts.flatMap(({ name, origin }) =>
      'create' in origin && inventory.get(name)?.state === 'absent' ? [origin.create] : [],
    ),
  };
}

/** An adopted host asks nothing: the inventory says it all. */
export const instanceQuestions = ({ cluster, creation, missing }: DesiredInstance) => ({
  ...(creation ? groundAsks(cluster) : { vpcs: [], subnets: [], gateways: [], routeTables: [], groups: [] }),
  interfaces: creation ? [interfacesOf(cluster)] : [],
  images: creation && missing.length ? [imagesOf(missing)] : [],
  types: creation && missing.length ? [typesOf(missing)] : [],
  keyPairs: creation && missing.length ? keyPairsOf(missing) : [],
});

function interfacesOf({ hosts }: Cluster): AskOf<'address-owner'> {
  const addresses = hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : []));
  return { what: 'address-owner', addresses: addresses.sort() };
}

function imagesOf(missing: readonly Creation[]): AskOf<'images'> {
  return { what: 'images', ids: distinct(missing.map(({ image }) => image)) };
}

function typesOf(missing: readonly Creation[]): AskOf<'instance-types'> {
  return { what: 'instance-types', names: distinct(missing.map(({ type }) => type)) };
}

function keyPairsOf(missing: readonly Creation[]): readonly AskOf<'key-pairs'>[] {
  const names = distinct(missing.flatMap(({ keyName }) => keyName ?? []));
  return names.length ? [{ what: 'key-pairs', names }] : [];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

export function finding(
  { subject, hurts }: DesiredInstance,
  field: string,
  want: string,
  have: string,
  remedy: Drift['remedy'],
  hurting = hurts,
): Drift {
  return { subject, field, want, have, hurts: hurting, remedy };
}
