import type { Cluster, Host } from '../../../crds/fleet.ts';
import type { Release } from '../../facts/host/system/release.ts';
import { templateBuilder } from '../../shared/hosts.ts';
import { amazonLinux2023 } from './amazon-linux-2023.ts';
import { centos6 } from './centos-6.ts';
import { debian12 } from './debian-12.ts';
import { debian13 } from './debian-13.ts';
import { openvz7 } from './openvz-7.ts';
import { rocky9 } from './rocky-9.ts';
import type { Requirement, System } from './system.ts';
import { ubuntu2204 } from './ubuntu-22.04.ts';
import { ubuntu2404 } from './ubuntu-24.04.ts';

export const systems: readonly System[] = [
  debian12,
  debian13,
  ubuntu2204,
  ubuntu2404,
  rocky9,
  amazonLinux2023,
  centos6,
  openvz7,
];

/** The operating system of a release. Undefined: it is not supported. */
export function systemOf({ id, version }: Release): System | undefined {
  return systems.find(
    ({ release }) => release.id === id && (version === release.version || version.startsWith(`${release.version}.`)),
  );
}

/** What a host needs installed, besides a time sync daemon. Undefined: the system does not suit the host's role or the cluster's runtime. */
export function requirementsOf(system: System, host: Host, cluster: Cluster): readonly Requirement[] | undefined {
  if (host.role === 'proxy') return system.proxy && [...system.every, ...system.proxy];
  const own = system.runtimes[cluster.runtime.type];
  const template = templateRequirements(system, host, cluster);
  return own && template && [...system.every, ...own, ...template];
}

/** What a host needs to build or download the template. Undefined: it is to build it, and cannot on this system. */
export function templateRequirements(system: System, host: Host, cluster: Cluster): readonly Requirement[] | undefined {
  const { from } = cluster.runtime.template;
  if (templateBuilder(cluster) === host.name) return system.templateBuild;
  return host.role === 'redis' && from && ('url' in from || 's3' in from) ? (system.templateFetch ?? []) : [];
}
