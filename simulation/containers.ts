import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { createContainer, lxcContainers, runContainer, startLxc } from './lxc.ts';
import { createVz, startVz } from './openvz.ts';
import { confOf, containerIds, nameIn } from './openvz-conf.ts';
import type { HostWorld, Part, World } from './world.ts';

/** Operations on a container, by the runtime of the host. */
export function create(host: HostWorld, action: ActionOf<'container-create'>): readonly Part[] {
  return action.openvz ? createVz(host, action) : createContainer(host, action);
}

export function startContainer(world: World, host: HostWorld, action: ActionOf<'container-run'>): readonly Part[] {
  const { name, ctid } = action;
  return runContainer(world, host, action, () => (ctid === undefined ? startLxc(host, name) : startVz(host, ctid)));
}

/** Names of the containers that are registered with the host's runtime. */
export function containersOn(host: HostWorld): readonly string[] {
  if (host.runtime === 'lxc') return lxcContainers(host);
  return containerIds(host)
    .map((ctid) => nameIn(ctid, confOf(host, ctid) ?? {}))
    .sort();
}

/** Its files outside the member's directory. The first one registers it. */
export function filesOf(host: HostWorld, name: string): readonly string[] {
  if (host.runtime === 'lxc') return ['config', 'up', 'start-host'].map((file) => `/var/lib/lxc/${name}/${file}`);
  const ctid = containerIds(host).find((one) => nameIn(one, confOf(host, one) ?? {}) === name);
  if (!ctid) return [];
  const port = /host_ifname=([^,;]+)/.exec(confOf(host, ctid)?.['NETIF'] ?? '')?.[1];
  const own = ['conf', 'mount', 'umount'].map((file) => `/etc/vz/conf/${ctid}.${file}`);
  return [...own, ...(port ? [`/etc/ec2-redis-operator/openvz/ports/${port}`] : [])];
}
