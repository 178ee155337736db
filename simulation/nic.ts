import type { Instance } from '../reconcilers/facts/ec2/instance.ts';
import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { markers } from '../renderers/lib/markers.ts';
import type { HostWorld, SystemWorld, World } from './world.ts';

/** At a boot, EC2 attaches a network interface. The host comes up with its driver, or without network. */
export function attachNic({ ec2, hosts }: World, host: HostWorld): void {
  const alive = ec2.instances.filter(({ state }) => state !== 'terminated');
  const instance = alive.find(({ tags }) => hosts[tags[markers.ec2Host] ?? tags['Name'] ?? ''] === host);
  if (instance) host.system.nic = nicFor(host.system, instance);
}

/**
 * A new network interface needs its driver in the initramfs as well. This is stricter than reality, so that a reconciler that turns SR-IOV on
 * without checking the host is detected.
 */
function nicFor({ nic, drivers, initramfs }: SystemWorld, { sriov, ena }: Pick<Instance, 'sriov' | 'ena'>) {
  const wanted = sriov ? 'ixgbevf' : ena ? 'ena' : 'vif';
  if (wanted === 'vif') return wanted;
  if (drivers && !drivers.includes(wanted)) return undefined;
  return sriov && nic !== wanted && initramfs && !initramfs.includes(wanted) ? undefined : wanted;
}

export function addDriver({ system }: HostWorld, { driver }: ActionOf<'initramfs-driver'>): void {
  if (system.initramfs) system.initramfs = [...new Set([...system.initramfs, driver])];
}

/** The output of the part of the fact `system` about the network interface. */
export function nicLines(
  { nic, drivers, initramfs, kernel }: SystemWorld,
  request: FactRequestOf<'system'>,
): readonly string[] {
  const of = (list: readonly string[] | undefined, name: string, word: string) =>
    list
      ? [`next-lists ${name}`, ...request.drivers.filter((one) => list.includes(one)).map((one) => `${word} ${one}`)]
      : [];
  return [
    ...(nic ? [`driver ${nic}`] : []),
    `next-kernel ${kernel.atBoot ?? kernel.running}`,
    ...of(drivers, 'modules', 'next-module'),
    ...of(request.initramfs ? initramfs : undefined, 'initramfs', 'next-initramfs'),
  ];
}
