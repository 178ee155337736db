import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { markers, rebootMark } from '../renderers/lib/markers.ts';
import { unmountData } from './data-volumes.ts';
import { halt } from './halt.ts';
import { settingsAtBoot } from './kernel-settings.ts';
import { attachNic } from './nic.ts';
import { ovsUnits } from './ovs.ts';
import { begin, unitFile } from './units.ts';
import type { HostWorld, Part, World } from './world.ts';

/** A reboot: state in memory is lost, and enabled units start. */
export function reboot(host: HostWorld, world: World): void {
  halt(host);
  boot(host, world);
}

/** Recorded first, then rebooted, unless the host has booted since it was observed. */
export function rebootHost(world: World, host: HostWorld, { boot, kernel }: ActionOf<'host-reboot'>): readonly Part[] {
  const asSeen = () => `${host.system.boot} 24` === boot;
  const mark = () => {
    if (asSeen()) host.files[rebootMark] = { mode: '600', owner: 'root:root', text: `${boot} ${kernel}\n` };
  };
  return [mark, () => asSeen() && reboot(host, world)];
}

/** Starts the enabled units. */
function boot(host: HostWorld, world: World): void {
  const { system } = host;
  unmountData(world, host);
  system.boot = system.boot.replace(/.{12}$/, (last) => String(Number(last) + 1).padStart(12, '0'));
  system.kernel.running = system.kernel.atBoot ?? system.kernel.running;
  system.modules = [];
  system.settings = settingsAtBoot(host.files);
  attachNic(world, host);
  if (system.selinux?.atBoot === 'disabled') system.selinux.now = 'Disabled';
  const order = [
    ...ovsUnits,
    'chrony.service',
    'ntpd.service',
    'ec2-redis-mesh.service',
    'ec2-redis-data.service',
    'ec2-redis-containers.service',
    'vz.service',
    'ec2-redis-haproxy.service',
    'ec2-redis-keepalived.service',
  ];
  // Foreign units start as well.
  const others = Object.keys(host.units).filter((unit) => !order.includes(unit));
  for (const unit of [...order, ...others]) {
    if (!host.units[unit]?.enabled || host.units[unit]?.masked || !unitFile(host, unit)) continue;
    try {
      begin(world, host, unit, 'start');
    } catch {
      // systemd has marked it failed.
    }
  }
}

/** Instances in a transitional state reach the final one. */
export function stepInstances(world: World): boolean {
  let changed = false;
  for (const one of world.ec2.instances) {
    const next = { pending: 'running', stopping: 'stopped' }[one.state];
    if (!next) continue;
    one.state = next;
    changed = true;
    const host = world.hosts[one.tags[markers.ec2Host] ?? ''];
    if (host && next === 'running') boot(host, world);
  }
  return changed;
}
