import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import { aptInstall } from './packages-apt.ts';
import { yumInstall } from './packages-yum.ts';
import type { HostVerb } from './verb.ts';

/** Installs packages, and neither starts nor enables what they bring; nothing that is there is upgraded or removed. */
export const packagesInstall: HostVerb<ActionOf<'packages-install'>> = {
  via: 'host',
  seconds: 900,
  host: ({ host }) => host,
  script: ({ manager, packages }) => {
    const join = manager === 'apt' ? '=' : '-';
    return lines([
      sh`set -- ${packages.map(({ name, version }) => (version === undefined ? name : name + join + version))}`,
      fixed(manager === 'apt' ? aptInstall : yumInstall),
    ]);
  },
  says: ({ packages }) =>
    `install ${packages.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`)).join(', ')}`,
  settlesMs: 0,
};
