import { haproxyPlaces, vipPlaces } from '../../renderers/proxy-places.ts';
import { runHaproxy } from './haproxy.ts';
import { endKeepalived, runKeepalived } from './keepalived.ts';
import { bringUp, dropLink } from './links.ts';
import { autostart, stopBox } from './lxc.ts';
import { autostartVz } from './openvz.ts';
import { ovsUnits, tickOvs } from './ovs.ts';
import { loadModules } from './packages.ts';
import type { HostWorld, World } from './world.ts';

/** What a unit's programs do when systemd starts or reloads it (false: they end with an error), and when it stops. */
interface Service {
  run(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean;
  end(world: World, host: HostWorld): void;
}

/** Ours, and OpenVZ's. A unit that is not here just runs. */
export const services: Readonly<Record<string, Service>> = {
  ...Object.fromEntries(
    ovsUnits.map((unit) => [
      unit,
      { run: (_: World, host: HostWorld) => startOvs(host), end: (_: World, host: HostWorld) => stopOvs(host) },
    ]),
  ),
  'ec2-redis-mesh.service': { run: (_, host) => meshUp(host), end: () => {} },
  'ec2-redis-containers.service': { run: autostart, end: stopAll },
  'vz.service': { run: autostartVz, end: stopAll },
  [haproxyPlaces.unit]: {
    run: runHaproxy,
    end: (_, host) => {
      host.haproxy = undefined;
    },
  },
  [vipPlaces.unit]: { run: runKeepalived, end: endKeepalived },
};

function stopAll(world: World, host: HostWorld): void {
  for (const name of Object.keys(host.boxes)) stopBox(world, host, name);
}

/** Its ports come to life at its next tick: from its database. */
function startOvs(host: HostWorld): boolean {
  loadModules(host, ['openvswitch']);
  return true;
}

/** Nothing passes through it any more, and the devices that it made are gone. */
function stopOvs(host: HostWorld): void {
  for (const port of host.ovs.bridges.flatMap((bridge) => bridge.ports)) {
    port.ofport = undefined;
    if (port.type === 'internal') dropLink(host, port.name);
  }
}

/** The rendered script, read back: the world does what stands in the file, not what was meant. */
function meshUp(host: HostWorld): boolean {
  const unit = host.files['/etc/systemd/system/ec2-redis-mesh.service']?.text ?? '';
  const script = host.files[/^ExecStart=(\S+)$/m.exec(unit)?.[1] ?? '']?.text;
  if (!script?.startsWith('#!')) return false;
  // It waits until ovs-vswitchd has made each device.
  tickOvs(host);
  const folder = /^for file in '(\S+)'\/\*\.port; do$/m.exec(script)?.[1];
  const files = Object.keys(host.files).filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.port'));
  const ports = files.flatMap((path) => [...(host.files[path]?.text ?? '').matchAll(/^([^# ]+) (\d+) (\S+)$/gm)]);
  const all = ports.map(([, device = '', mtu = '', address = '']) => {
    if (!host.links.some((link) => link.name === device)) return false;
    bringUp(host, device, Number(mtu), [address]);
    return true;
  });
  return all.every(Boolean);
}
