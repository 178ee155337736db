import { marks, rebootMark } from '../marks.ts';
import type { ActionOf } from '../verbs/index.ts';
import { plugCard } from './card.ts';
import { halt } from './halt.ts';
import { ovsUnits } from './ovs.ts';
import { begin, unitFile } from './units.ts';
import type { HostWorld, Part, World } from './world.ts';

/** What is only in memory goes, what is enabled starts again. */
export function reboot(host: HostWorld, world: World): void {
  halt(host);
  boot(host, world);
}

/** Marked, then done: not again once the host has booted since it was looked at. */
export function rebootHost(world: World, host: HostWorld, { boot, kernel }: ActionOf<'host-reboot'>): readonly Part[] {
  const asSeen = () => `${host.system.boot} 24` === boot;
  const mark = () => {
    if (asSeen()) host.files[rebootMark] = { mode: '600', owner: 'root:root', text: `${boot} ${kernel}\n` };
  };
  return [mark, () => asSeen() && reboot(host, world)];
}

/** What is enabled starts. */
function boot(host: HostWorld, world: World): void {
  const { system } = host;
  system.boot = system.boot.replace(/.{12}$/, (last) => String(Number(last) + 1).padStart(12, '0'));
  system.kernel.running = system.kernel.atBoot ?? system.kernel.running;
  system.modules = [];
  plugCard(world, host);
  if (system.selinux?.atBoot === 'disabled') system.selinux.now = 'Disabled';
  const order = [
    ...ovsUnits,
    'chrony.service',
    'ntpd.service',
    'ec2-redis-mesh.service',
    'ec2-redis-containers.service',
    'vz.service',
    'ec2-redis-haproxy.service',
    'ec2-redis-keepalived.service',
  ];
  // Other people's units start as well.
  const others = Object.keys(host.units).filter((unit) => !order.includes(unit));
  for (const unit of [...order, ...others]) {
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
