import { installedMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { aptInstall } from './packages-apt.ts';
import { dnfInstall } from './packages-dnf.ts';
import { yumInstall } from './packages-yum.ts';

const installs = { apt: aptInstall, yum: yumInstall, dnf: dnfInstall } as const;

/** Installs packages without starting or enabling their services. Installed packages are not upgraded or removed. */
export const packagesInstall: HostOperation<ActionOf<'packages-install'>> = {
  via: 'host',
  seconds: 900,
  host: ({ host }) => host,
  script: ({ manager, packages }) => {
    const join = manager === 'apt' ? '=' : '-';
    return lines([
      sh`set -- ${packages.map(({ name, version }) => (version === undefined ? name : name + join + version))}`,
      ...(manager === 'apt' ? [sh`installed=${installedMark}`] : []),
      fixed(installs[manager]),
    ]);
  },
  describe: ({ packages }) =>
    `install ${packages.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`)).join(', ')}`,
  settleMs: 0,
};
