import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { type Drift, notice, type Prune, type Remedy } from '../drift.ts';
import type { Haproxy } from '../questions/haproxy.ts';
import type { Action } from '../verbs/index.ts';
import type { DesiredProxy } from './desired.ts';

/**
 * Files of our folder that nobody declares any more, and those of which the running process still serves what it read. Without the second
 * a run that ended between the removal and the reload would leave a listener that nothing on disk tells of.
 */
export function undeclared(desired: DesiredProxy, { files, process }: Haproxy): readonly Drift[] {
  const declared = new Set(desired.configuration.map(({ file }) => file.path));
  const left = files.map(({ path }) => path).filter((path) => path.endsWith('.cfg') && !declared.has(path));
  const read = [...(process?.loaded?.keys() ?? [])].map((name) => `${haproxyPlaces.folder}/${name}`).sort();
  const served = read.filter((path) => !declared.has(path) && !left.includes(path));
  const finding = (field: string, have: string, remedy: Remedy): Drift => ({
    subject: desired.subject,
    field,
    want: 'declared by nobody',
    have,
    hurts: [],
    remedy,
  });
  const reload: readonly Action[] = process
    ? [{ verb: 'unit', host: desired.host, unit: haproxyPlaces.unit, order: 'reload' }]
    : [];
  return [
    ...left.map((path) => {
      const remove: Action = { verb: 'remove-files', host: desired.host, paths: [path] };
      const byHand = `when it is not needed, remove it and run systemctl reload ${haproxyPlaces.unit}`;
      const words = ['left alone and served as before', byHand] as const;
      return finding(path, 'there', remedyFor(desired, path, words, [remove, ...reload]));
    }),
    ...served.map((path) => {
      const words = ['its file is gone', `systemctl reload ${haproxyPlaces.unit} ends it`] as const;
      return finding(`${path} as loaded`, 'served', remedyFor(desired, path, words, reload));
    }),
  ];
}

/** Only what belongs to a Tenant that is not declared at all; one that is exposed elsewhere, or no more, is left to a person. */
function remedyFor(
  { known }: DesiredProxy,
  path: string,
  [state, byHand]: readonly [string, string],
  actions: readonly Action[],
): Remedy {
  const [, tenant] = /\/tenant-([^/]+)\.cfg$/.exec(path) ?? [];
  if (tenant === undefined || known.includes(tenant)) return notice(`${state}; ${byHand}`);
  const prune: Prune = { of: `tenant ${tenant}`, actions };
  return notice(`${state}; apply --prune removes it`, prune);
}
