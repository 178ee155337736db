import type { ActionOf } from '../verbs/index.ts';
import { createContainer, lxcContainers, runContainer, startBox } from './lxc.ts';
import { createVz, startVz } from './openvz.ts';
import { confOf, containerIds, nameIn } from './openvz-conf.ts';
import type { HostWorld, Part, World } from './world.ts';

/** What is done to a container, by the host's runtime. */
export function create(host: HostWorld, action: ActionOf<'container-create'>): readonly Part[] {
  return action.openvz ? createVz(host, action) : createContainer(host, action);
}

export function runBox(world: World, host: HostWorld, action: ActionOf<'container-run'>): readonly Part[] {
  const { name, ctid } = action;
  return runContainer(world, host, action, () => (ctid === undefined ? startBox(host, name) : startVz(host, ctid)));
}

/** Names of the containers that the host's runtime knows. */
export function containersOn(host: HostWorld): readonly string[] {
  if (host.runtime === 'lxc') return lxcContainers(host);
  return containerIds(host)
    .map((ctid) => nameIn(ctid, confOf(host, ctid) ?? {}))
    .sort();
}

/** Its files outside the member's folder, the one that makes it known first. */
export function filesOf(host: HostWorld, name: string): readonly string[] {
  if (host.runtime === 'lxc') return ['config', 'up', 'start-host'].map((file) => `/var/lib/lxc/${name}/${file}`);
  const ctid = containerIds(host).find((one) => nameIn(one, confOf(host, one) ?? {}) === name);
  if (!ctid) return [];
  const port = /host_ifname=([^,;]+)/.exec(confOf(host, ctid)?.['NETIF'] ?? '')?.[1];
  const own = ['conf', 'mount', 'umount'].map((file) => `/etc/vz/conf/${ctid}.${file}`);
  return [...own, ...(port ? [`/etc/ec2-redis-operator/openvz/ports/${port}`] : [])];
}
