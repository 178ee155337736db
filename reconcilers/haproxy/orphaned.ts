import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { type Info, info, type Waiting } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { Action } from '../operations/actions.ts';
import type { DesiredProxy } from './desired.ts';
import { fileLeft, fileLeftByHand, removedFileServed, removedFileServedByHand } from './messages.ts';
import { isRid, type PairObservations, turnToReload } from './turn.ts';

/**
 * Files of our directory that are no longer declared, and removed ones that the running process still serves. Without the second, a
 * run that ended between the removal and the reload would leave a listener that nothing on disk shows.
 */
export function unmanagedFindings(desired: DesiredProxy, have: Haproxy, pair: PairObservations): readonly Finding[] {
  const { files, process } = have;
  const finding = findingsAbout(desired.subject);
  const declared = new Set(desired.configuration.map(({ file }) => file.path));
  const left = files.map(({ path }) => path).filter((path) => path.endsWith('.cfg') && !declared.has(path));
  const read = [...(process?.loaded?.keys() ?? [])].map((name) => `${haproxyPlaces.folder}/${name}`).sort();
  const served = read.filter((path) => !declared.has(path) && !left.includes(path));
  const reload: readonly Action[] = process
    ? [{ operation: 'unit', host: desired.host, unit: haproxyPlaces.unit, order: 'reload' }]
    : [];
  const turn = (path: string) => turnToReload(desired, process, pair, (peer) => isRid(peer, path));
  const remove = (path: string): Action => ({ operation: 'remove-files', host: desired.host, paths: [path] });
  return [
    ...left.map((path) => {
      const remedy = remedyFor(desired, path, turn(path) ?? [remove(path), ...reload], [fileLeft, fileLeftByHand]);
      return finding('Unmanaged', path, { have: 'present', want: 'absent' }, remedy);
    }),
    ...served.map((path) => {
      const remedy = remedyFor(desired, path, turn(path) ?? reload, [removedFileServed, removedFileServedByHand]);
      return finding('Unmanaged', `${path} as loaded`, { have: 'served', want: 'absent' }, remedy);
    }),
  ];
}

/** Only what belongs to a Tenant that is not declared at all is pruned; one that is exposed elsewhere, or no more, is left alone. */
function remedyFor(
  { known }: DesiredProxy,
  path: string,
  removal: readonly Action[] | Waiting,
  [state, byHand]: readonly [string, string],
): Info {
  const [, tenant] = /\/tenant-([^/]+)\.cfg$/.exec(path) ?? [];
  if (tenant === undefined || known.includes(tenant)) return info(byHand);
  const of = `tenant ${tenant}` as const;
  const dependsOn = 'by' in removal ? removal.dependsOn : undefined;
  const prune = dependsOn ? { of, dependsOn } : { of, actions: 'by' in removal ? [] : removal };
  return info(`${state}; apply --prune removes it`, prune);
}
