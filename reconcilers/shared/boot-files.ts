import type { Cluster, HostName } from '../../crds/fleet.ts';
import { dataPlaces } from '../../renderers/data-volume/mount.ts';
import { declaredDataVolume } from './data-volume.ts';

/** The units by which the containers of a host start when it boots: our own for LXC; for OpenVZ that of its packages. */
export const containerUnits = { lxc: 'ec2-redis-containers.service', openvz: 'vz.service' } as const;

/** Where the file of a unit of ours is. */
export function unitPath(unit: string): string {
  return `/etc/systemd/system/${unit}`;
}

/** The units of a Redis host, and our files for them: two facts for all parts that need one of them. */
export function bootFacts(cluster: Pick<Cluster, 'hosts' | 'runtime'>, host: HostName) {
  const unit = containerUnits[cluster.runtime.type];
  const data = declaredDataVolume(cluster, host) ? [dataPlaces.unit] : [];
  const own = cluster.runtime.type === 'lxc' ? [unitPath(unit)] : [];
  const paths = [...own, ...data.flatMap((one) => [dataPlaces.script, unitPath(one)])];
  return {
    files: { fact: 'files', host, paths } as const,
    units: { fact: 'units', host, units: [unit, ...data] } as const,
  };
}
