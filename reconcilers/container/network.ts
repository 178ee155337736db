import { vznetConf, vznetHook, vznetPlaces } from '../../renderers/openvz/vznet.ts';
import { findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { act, manual, notObserved } from '../contract/remedy.ts';
import { staleFiles } from '../shared/files-and-units.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { foreignHook, otherRuntimeOn } from './messages.ts';
import { membersOfOtherRuntime } from './other-runtime.ts';

const files = [
  { path: vznetPlaces.hook, mode: '0755', owner: 'root:root', content: vznetHook() },
  { path: vznetPlaces.configuration, mode: '0644', owner: 'root:root', content: vznetConf() },
] as const;

/** The script that vzctl's own packages name, if they name any. */
const packaged = '/usr/sbin/vznetaddbr';

const facts = ({ host, runtime }: DesiredHost) => ({
  files: { fact: 'files', host, paths: files.map((file) => file.path) } as const,
  containers: { fact: 'containers', host, runtime: runtime.type } as const,
});

/**
 * OpenVZ: the network hook of a host. Without it a container would start without a network, or not at all; the members of the host
 * depend on it.
 */
export const hooks = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'container',
  desire: (fleet) => (fleet.cluster.runtime.type === 'openvz' ? desiredHosts(fleet, 'network') : []),
  facts,
  diff: ({ subject, host, declared }, { files: seen, containers }) => {
    const finding = findingsAbout(subject);
    const unknown = { have: 'unknown', want: 'present' };
    if (seen.state !== 'present') return [finding('NotObserved', 'network hook', unknown, notObserved(seen))];
    const stale = staleFiles(files, seen.value);
    // That OpenVZ is not installed is a finding of each member.
    if (!stale.length || containers.state === 'absent') return [];
    if (containers.state === 'unknown')
      return [finding('NotObserved', 'network hook', unknown, notObserved(containers))];
    const others = membersOfOtherRuntime(containers.value.folders, declared);
    if (others.length) {
      const values = { have: 'another', want: 'OpenVZ' };
      const remedy = manual(otherRuntimeOn(host, others.join(', ')));
      return [finding('ContainerRuntimeDiffers', 'runtime of its members', values, remedy)];
    }
    const script = containers.value.vznet ?? '';
    if (!['', packaged, vznetPlaces.hook].includes(script)) {
      const remedy = manual(foreignHook(vznetPlaces.configuration, host, vznetPlaces.hook));
      return [finding('NetworkHookForeign', 'EXTERNAL_SCRIPT', { have: script, want: vznetPlaces.hook }, remedy)];
    }
    const write = act([{ operation: 'write-files', host, files: stale }]);
    return stale.map(({ path }) => {
      const have = seen.value.some((one) => one.path === path) ? 'different' : 'absent';
      return finding('FileDiffers', path, { have, want: 'as rendered' }, write);
    });
  },
});
