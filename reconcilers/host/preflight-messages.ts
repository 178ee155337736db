import type { KernelModules } from '../facts/host/preparation/kernel-modules.ts';
import type { System } from './systems/system.ts';

/** Where packages usually come from that a system does not have, or not in every image (docs/guides/systems.md). */
const usualSources: Partial<Record<System['name'], Readonly<Record<string, string>>>> = {
  'rocky-9': { openvswitch: 'the repository of the CentOS NFV SIG', lxc: 'EPEL 9' },
  'amazon-linux-2023': { lxc: 'its supplementary packages (SPAL)', openvswitch: 'a repository of your own' },
  'ubuntu-22.04': { 'openvswitch-switch': 'its component universe', lxc: 'its component universe' },
  'ubuntu-24.04': { 'openvswitch-switch': 'its component universe', lxc: 'its component universe' },
};

/** `version`: the declared one. `listed`: a list has the package, but not so that it could be installed. */
export function notAvailable(
  host: string,
  system: System,
  name: string,
  version: string | undefined,
  listed: boolean,
): string {
  const wanted = version === undefined ? name : `${name} ${version}`;
  const again = `then run ${fetch(system)} on ${host}, and check again`;
  if (listed && version === undefined)
    return `a pin of ${host} excludes every version of ${name}: see apt-cache policy ${name} and /etc/apt/preferences.d. Apply would end there`;
  const own = usualSources[system.name]?.[name] ?? `the repositories of ${system.displayName}, or your mirror of them`;
  const correct = version === undefined ? '' : ', or correct spec.preparation.versions';
  return `no repository that ${host} (${system.displayName}) has lists of provides ${wanted}: enable ${own} there, or declare one in spec.preparation.repositories (docs/guides/systems.md)${correct}; ${again}. Apply would end there`;
}

/** `unread`: repositories without lists. */
export function notFetched(host: string, system: System, unread: readonly string[]): string {
  return `${host} has no package lists of ${unread.join(', ')} yet, and check fetches none: run ${fetch(system)} there, then check again`;
}

export function repositoriesFirst(host: string, repositories: readonly string[]): string {
  return `they may come from a declared repository that apply adds to ${host} first (${repositories.join(', ')})`;
}

export function yumNotAsked(host: string, { displayName }: System): string {
  return `check does not look packages up on ${displayName}: compare with yum list available on ${host}`;
}

function fetch({ manager }: System): string {
  return manager === 'apt' ? 'apt-get update' : 'dnf makecache';
}

/** What a kernel without a module means, and how the host gets one. */
export function moduleMissing(
  host: string,
  system: System,
  module: string,
  { release, hasFolder }: KernelModules,
): string {
  const means =
    module === 'openvswitch'
      ? 'Open vSwitch could not open its kernel datapath, so no tenant would have a network there'
      : 'no GRE tunnel could be set up there, so nothing would reach the members on other hosts';
  const todo = hasFolder
    ? withModule(system, release)
    : `${host} is a container, or its kernel was replaced since its boot: load ${module} on the machine that it runs on, or reboot it`;
  return `${means}: ${todo}, or declare mesh.datapath: netdev, which needs no module`;
}

function withModule({ manager, name }: System, release: string): string {
  if (manager !== 'apt')
    return `install its further modules (kernel-modules-${release}, kernel-modules-extra-${release}), or boot a kernel that has it`;
  return name.startsWith('ubuntu')
    ? `install linux-modules-extra-${release}, or boot linux-image-generic or linux-image-aws`
    : 'boot a kernel of Debian, such as linux-image-amd64, linux-image-cloud-amd64 or linux-image-arm64';
}
