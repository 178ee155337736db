import { vznetConf, vznetHook, vznetPlaces } from '../../renderers/vznet.ts';
import { act, blind, type Drift, operator, type Remedy } from '../drift.ts';
import { bind } from '../reconciler.ts';
import { reasonOf, staleFiles } from '../service.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';

const files = [
  { path: vznetPlaces.hook, mode: '0755', owner: 'root:root', content: vznetHook() },
  { path: vznetPlaces.configuration, mode: '0644', owner: 'root:root', content: vznetConf() },
] as const;

/** What vzctl's own packages name, where they name anything. */
const packaged = '/usr/sbin/vznetaddbr';

const questions = ({ host, runtime }: DesiredHost) => ({
  files: { what: 'files', host, paths: files.map((file) => file.path) } as const,
  containers: { what: 'containers', host, runtime: runtime.type } as const,
});

/** OpenVZ: the network hook of a host. Without it a container would come up cut off, or not at all; its members wait for it. */
export const hooks = bind<DesiredHost, ReturnType<typeof questions>>({
  concern: 'container',
  desire: (fleet) => (fleet.cluster.runtime.type === 'openvz' ? desiredHosts(fleet, 'network') : []),
  questions,
  diff: ({ subject, host }, { files: seen, containers }) => {
    const finding = (field: string, want: string, have: string, remedy: Remedy): Drift => ({
      subject,
      field,
      want,
      have,
      hurts: [],
      remedy,
    });
    if (seen.state !== 'present')
      return [finding('network hook', 'in place', 'could not be seen', blind(reasonOf(seen)))];
    const stale = staleFiles(files, seen.value);
    // Whether OpenVZ is there at all is said of each member.
    if (!stale.length || containers.state === 'absent') return [];
    if (containers.state === 'unknown')
      return [finding('network hook', 'in place', 'could not be seen', blind(containers.reason))];
    const script = containers.value.vznet ?? '';
    if (!['', packaged, vznetPlaces.hook].includes(script)) {
      const reason = `${vznetPlaces.configuration} on ${host} names a script of somebody else's: have it call ${vznetPlaces.hook} for the members' devices (ct…) and name that there, or take the line out`;
      return [finding('EXTERNAL_SCRIPT', vznetPlaces.hook, script, operator(reason))];
    }
    const write = act([{ verb: 'write-files', host, files: stale }]);
    return stale.map(({ path }) =>
      finding(path, 'as rendered', seen.value.some((one) => one.path === path) ? 'different' : 'missing', write),
    );
  },
});
