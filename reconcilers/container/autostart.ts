import { lxcUnit } from '../../renderers/lxc-unit.ts';
import { type Drift, notice } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { Containers } from '../questions/containers.ts';
import { bind } from '../reconciler.ts';
import { bootServiceDrift } from '../service.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';

const unit = 'ec2-redis-containers.service';
const path = `/etc/systemd/system/${unit}`;

const questions = ({ host, runtime }: DesiredHost) => ({
  files: { what: 'files', host, paths: [path] } as const,
  units: { what: 'units', host, units: [unit] } as const,
  containers: { what: 'containers', host, runtime: runtime.type } as const,
});

/** The unit that starts a host's containers when it boots; and what is ours on it that nobody declares. */
export const autostart = bind<DesiredHost, ReturnType<typeof questions>>({
  concern: 'container',
  desire: (fleet) => desiredHosts(fleet, 'autostart'),
  questions,
  diff: (desired, { files, units, containers }) => {
    const { subject, host } = desired;
    // `start` reads the unit's file anew and leaves running containers alone; a restart would stop them all.
    const service = {
      subject,
      host,
      unit,
      order: 'start',
      files: [{ path, mode: '0644', owner: 'root:root', content: lxcUnit() }],
    } as const;
    return [...bootServiceDrift(service, files, units), ...undeclared(desired, containers)];
  },
});

/** A tenant that left the documents, or a member that moved. What is not ours is not ours to mention. */
function undeclared({ host, cluster, declared }: DesiredHost, seen: Observation<Containers>): readonly Drift[] {
  if (seen.state !== 'present') return [];
  const ours = [
    ...seen.value.containers.filter(({ mark }) => mark?.cluster === cluster),
    ...seen.value.folders.filter(({ identity }) => identity?.cluster === cluster),
  ].map(({ name }) => name);
  const state = (name: string) => seen.value.containers.find((one) => one.name === name)?.state ?? 'folder only';
  return [...new Set(ours)]
    .filter((name) => !declared.includes(name))
    .sort()
    .map((name) => ({
      subject: `container/${name}`,
      field: `container on ${host}`,
      want: 'declared by nobody',
      have: `there, and ours (${state(name)})`,
      hurts: [],
      remedy: notice('the documents do not name it here; left alone, with its data'),
    }));
}
