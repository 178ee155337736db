import type { Cluster, Fleet, Host, TenantName } from '../../crds/fleet.ts';
import { repositoryPlaces } from '../../renderers/package-repository.ts';
import type { Drift, Remedy, Subject } from '../drift.ts';
import { act, operator } from '../drift.ts';
import type { Inventory } from '../inventory.ts';
import type { Desired } from '../reconciler.ts';
import type { Action } from '../verbs/index.ts';
import { systems } from './systems/index.ts';

/** A host, and what it is to be prepared for. */
export interface DesiredSystem extends Desired {
  readonly host: Host;
  readonly cluster: Cluster;
  /** Tenants with a member here. */
  readonly tenants: readonly TenantName[];
  /** Undefined: whatever drives the network card will do. */
  readonly card: DesiredCard | undefined;
}

/** The driver that a host's network card is to run with. `on`: EC2 has turned that card on at the instance. */
export interface DesiredCard {
  readonly driver: 'ixgbevf' | 'ena';
  readonly on: boolean;
}

/** `part`: one of the subjects that a host's preparation is made of. */
export function desiredSystems(
  { cluster, tenants }: Fleet,
  inventory: Inventory,
  part: 'system' | 'versions' | 'clock' | 'driver',
): readonly DesiredSystem[] {
  return cluster.hosts.map((host) => {
    const system: Subject = `host/${host.name}@system`;
    return {
      subject: `host/${host.name}@${part}` as const,
      needs: [`host/${host.name}` as const, ...(part === 'system' ? [] : [system])],
      host,
      cluster,
      tenants: tenants.filter(({ members }) => members.some((one) => one.host === host.name)).map(({ name }) => name),
      card: cardOf(host, inventory),
    };
  });
}

/** The driver of each card: EC2 User Guide, "Enhanced networking on Linux". */
function cardOf({ name, origin }: Host, inventory: Inventory): DesiredCard | undefined {
  if (!('create' in origin) || origin.create.enhancedNetworking === 'none') return undefined;
  const found = inventory.get(name);
  const { sriov, ena } = found?.state === 'present' ? found.value : { sriov: false, ena: false };
  return origin.create.enhancedNetworking === 'sriov' ? { driver: 'ixgbevf', on: sriov } : { driver: 'ena', on: ena };
}

/** One question for all parts of all hosts of a role, whatever system they turn out to run. */
export const questions = ({ host: { name, role }, cluster, card }: DesiredSystem) => {
  const needs = systems.flatMap((system) => [
    ...system.every,
    ...((role === 'proxy' ? system.proxy : system.runtimes[cluster.runtime.type]) ?? []),
    system.clock,
  ]);
  const each = (all: readonly string[]) => [...new Set(all)].sort();
  return {
    // Who runs here: what a reboot would interrupt.
    members: (role === 'redis' ? [name] : []).map((host) => ({ what: 'members', host }) as const),
    system: {
      what: 'system',
      host: name,
      packages: each(needs.map((need) => need.package)),
      programs: each(needs.flatMap(({ programs }) => programs)),
      units: each(
        systems.flatMap(({ services, stopped }) => [...services.map(({ unit }) => unit), ...(stopped ?? [])]),
      ),
      paths: each(cluster.preparation.repositories.map(repositoryPlaces).flatMap(({ list, key }) => [list, key])),
      modules: each(systems.flatMap(({ modules }) => modules[cluster.mesh.datapath])),
      drivers: card ? [card.driver] : [],
      initramfs: card?.driver === 'ixgbevf' && !card.on,
    } as const,
  };
};

export function findingOf({ subject }: DesiredSystem) {
  return (field: string, want: string, have: string, remedy: Remedy, hurts: readonly TenantName[] = []): Drift => ({
    subject,
    field,
    want,
    have,
    hurts,
    remedy,
  });
}

/** The actions, or in the mode `check` a person, told what to do (`words`). */
export function prepare({ cluster }: DesiredSystem, actions: readonly Action[], words: string): Remedy {
  if (cluster.preparation.mode === 'install') return act(actions);
  return operator(
    `${words} (spec.preparation.mode is check, so it is left to a person); nothing that rests on it is done`,
  );
}
