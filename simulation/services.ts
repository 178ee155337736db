import { dataPlaces } from '../renderers/data-volume/mount.ts';
import { haproxyPlaces, vipPlaces } from '../renderers/lib/proxy-paths.ts';
import { mountData } from './data-volumes.ts';
import { runHaproxy } from './haproxy.ts';
import { endKeepalived, runKeepalived } from './keepalived.ts';
import { bringUp, dropLink } from './links.ts';
import { autostart, stopLxc } from './lxc.ts';
import { autostartVz } from './openvz.ts';
import { ovsUnits, stepOvs } from './ovs.ts';
import { loadModules } from './packages.ts';
import type { HostWorld, World } from './world.ts';

/** The effect of a unit's programs when systemd starts or reloads it (false: they fail), and when it stops. */
interface Service {
  run(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean;
  end(world: World, host: HostWorld): void;
}

/** Our units, and those of OpenVZ. All other units have no effect. */
export const services: Readonly<Record<string, Service>> = {
  ...Object.fromEntries(
    ovsUnits.map((unit) => [
      unit,
      { run: (_: World, host: HostWorld) => startOvs(host), end: (_: World, host: HostWorld) => stopOvs(host) },
    ]),
  ),
  'ec2-redis-mesh.service': { run: (_, host) => meshUp(host), end: () => {} },
  [dataPlaces.unit]: { run: mountData, end: () => {} },
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
  for (const name of Object.keys(host.containers)) stopLxc(world, host, name);
}

/** Its ports appear at its next step, from its database. */
function startOvs(host: HostWorld): boolean {
  loadModules(host, ['openvswitch']);
  return true;
}

/** It forwards nothing any more, and its devices are removed. */
function stopOvs(host: HostWorld): void {
  for (const port of host.ovs.bridges.flatMap((bridge) => bridge.ports)) {
    port.ofport = undefined;
    if (port.type === 'internal') dropLink(host, port.name);
  }
}

/** Parses the rendered script: the simulation applies the file, not the intent. */
function meshUp(host: HostWorld): boolean {
  const unit = host.files['/etc/systemd/system/ec2-redis-mesh.service']?.text ?? '';
  const script = host.files[/^ExecStart=(\S+)$/m.exec(unit)?.[1] ?? '']?.text;
  if (!script?.startsWith('#!')) return false;
  // It waits until ovs-vswitchd has created each device.
  stepOvs(host);
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
