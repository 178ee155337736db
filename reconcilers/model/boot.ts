import { marks } from '../marks.ts';
import { halt } from './halt.ts';
import { begin, unitFile } from './units.ts';
import type { HostWorld, World } from './world.ts';

/** What is only in memory goes, what is enabled starts again. */
export function reboot(host: HostWorld, world: World): void {
  halt(host);
  boot(host, world);
}

/** What is enabled starts. */
function boot(host: HostWorld, world: World): void {
  const order = [
    'openvswitch-switch.service',
    'chrony.service',
    'ec2-redis-mesh.service',
    'ec2-redis-containers.service',
    'vz.service',
    'ec2-redis-haproxy.service',
    'ec2-redis-keepalived.service',
  ];
  for (const unit of order) {
    if (!host.units[unit]?.enabled || !unitFile(host, unit)) continue;
    try {
      begin(world, host, unit, 'start');
    } catch {
      // systemd has marked it failed.
    }
  }
}

/** Instances that are on their way arrive. */
export function tickInstances(world: World): boolean {
  let changed = false;
  for (const one of world.ec2.instances) {
    const next = { pending: 'running', stopping: 'stopped' }[one.state];
    if (!next) continue;
    one.state = next;
    changed = true;
    const host = world.hosts[one.tags[marks.ec2Host] ?? ''];
    if (host && next === 'running') boot(host, world);
  }
  return changed;
}
