import type { Cluster, Fleet, Host, TenantName } from '../../crds/fleet.ts';
import { settingFiles } from '../../renderers/kernel/settings.ts';
import { repositoryPlaces } from '../../renderers/packages/repository.ts';
import { type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import { act, manual, type Remedy } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Action } from '../operations/actions.ts';
import { kernelSettings } from './kernel-settings.ts';
import { manualPreparation } from './messages.ts';
import { systems, templateRequirements } from './systems/index.ts';
import type { Requirement } from './systems/system.ts';

/** A host, and what it is prepared for. */
export interface DesiredSystem extends Desired {
  readonly host: Host;
  readonly cluster: Cluster;
  /** Tenants with a member on it. */
  readonly tenants: readonly TenantName[];
  /** Undefined: any driver of the network interface will do. */
  readonly nic: DesiredNic | undefined;
}

/** The driver that the host's network interface should use. `enabled`: EC2 presents that kind of interface to the instance already. */
export interface DesiredNic {
  readonly driver: 'ixgbevf' | 'ena';
  readonly enabled: boolean;
}

/** `part`: one of the subjects that a host's preparation consists of. */
export function desiredSystems(
  { cluster, tenants }: Fleet,
  inventory: Inventory,
  part: 'system' | 'versions' | 'clock' | 'driver' | 'settings',
): readonly DesiredSystem[] {
  return cluster.hosts.map((host) => {
    const system: Subject = `host/${host.name}@system`;
    return {
      subject: `host/${host.name}@${part}` as const,
      dependsOn: [`host/${host.name}` as const, ...(part === 'system' ? [] : [system])],
      host,
      cluster,
      tenants: tenants.filter(({ members }) => members.some((one) => one.host === host.name)).map(({ name }) => name),
      nic: nicOf(host, inventory),
    };
  });
}

/** Drivers by kind of interface: EC2 User Guide, "Enhanced networking on Linux". */
function nicOf({ name, origin }: Host, inventory: Inventory): DesiredNic | undefined {
  if (!('create' in origin) || origin.create.enhancedNetworking === 'none') return undefined;
  const found = inventory.get(name);
  const { sriov, ena } = found?.state === 'present' ? found.value : { sriov: false, ena: false };
  return origin.create.enhancedNetworking === 'sriov'
    ? { driver: 'ixgbevf', enabled: sriov }
    : { driver: 'ena', enabled: ena };
}

/** One request for all parts of all hosts of a role, whatever operating system they turn out to run. */
export const facts = ({ host, cluster, nic }: DesiredSystem) => {
  const { name, role } = host;
  const requirements: readonly Requirement[] = systems.flatMap((system) => [
    ...system.every,
    ...((role === 'proxy' ? system.proxy : system.runtimes[cluster.runtime.type]) ?? []),
    ...(templateRequirements(system, host, cluster) ?? []),
    system.clock,
  ]);
  const sorted = (all: readonly string[]) => [...new Set(all)].sort();
  return {
    // The members that run here: a reboot would interrupt them.
    members: (role === 'redis' ? [name] : []).map((one) => ({ fact: 'members', host: one }) as const),
    system: {
      fact: 'system',
      host: name,
      packages: sorted(requirements.map((one) => one.package)),
      programs: sorted(requirements.flatMap(({ programs }) => programs)),
      units: sorted([
        ...systems.flatMap(({ services, stopped }) => [...services.map(({ unit }) => unit), ...(stopped ?? [])]),
        ...requirements.flatMap(({ units = [] }) => units.map(({ unit }) => unit)),
      ]),
      paths: sorted(
        cluster.preparation.repositories
          .map(repositoryPlaces)
          .flatMap(({ list, key }) => [list, key])
          .concat(Object.values(settingFiles)),
      ),
      modules: sorted(systems.flatMap(({ modules }) => modules[cluster.mesh.datapath])),
      settings: kernelSettings(host, cluster).map((one) => one.name),
      drivers: nic ? [nic.driver] : [],
      initramfs: nic?.driver === 'ixgbevf' && !nic.enabled,
    } as const,
  };
};

/** Most of what a host lacks impacts nobody yet: what depends on it says so itself. */
export function findingsOf({ subject }: DesiredSystem): FindingBuilder {
  return findingsAbout(subject);
}

/** The actions; in the mode `check`, a manual step instead, described by `todo`. `meanwhile`: what it means as long as it is not done. */
export function prepare(
  { cluster }: DesiredSystem,
  actions: readonly Action[],
  todo: string,
  meanwhile?: string,
): Remedy {
  return cluster.preparation.mode === 'install' ? act(actions) : manual(manualPreparation(todo, meanwhile));
}
