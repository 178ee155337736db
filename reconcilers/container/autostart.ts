import { lxcUnit } from '../../renderers/lxc-unit.ts';
import { bind } from '../reconciler.ts';
import { bootServiceDrift } from '../service.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { undeclared } from './undeclared.ts';

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
