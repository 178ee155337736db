import type { Instance } from '../inventory.ts';
import { marks } from '../marks.ts';
import type { AskOf } from '../questions/index.ts';
import type { ActionOf } from '../verbs/index.ts';
import type { HostWorld, SystemWorld, World } from './world.ts';

/** EC2 plugs a card in, and the host comes up with its driver, or without network. */
export function plugCard({ ec2, hosts }: World, host: HostWorld): void {
  const alive = ec2.instances.filter(({ state }) => state !== 'terminated');
  const instance = alive.find(({ tags }) => hosts[tags[marks.ec2Host] ?? tags['Name'] ?? ''] === host);
  if (instance) host.system.card = cardFor(host.system, instance);
}

/**
 * A card that the host has not had so far wants its driver in the initramfs as well. That is more than the world asks for: so whoever turns SR-IOV on
 * without a look at the host is found out.
 */
function cardFor({ card, drivers, initramfs }: SystemWorld, { sriov, ena }: Pick<Instance, 'sriov' | 'ena'>) {
  const wanted = sriov ? 'ixgbevf' : ena ? 'ena' : 'vif';
  if (wanted === 'vif') return wanted;
  if (drivers && !drivers.includes(wanted)) return undefined;
  return sriov && card !== wanted && initramfs && !initramfs.includes(wanted) ? undefined : wanted;
}

export function addDriver({ system }: HostWorld, { driver }: ActionOf<'initramfs-driver'>): void {
  if (system.initramfs) system.initramfs = [...new Set([...system.initramfs, driver])];
}

/** What the question's part of the card prints. */
export function cardLines({ card, drivers, initramfs, kernel }: SystemWorld, ask: AskOf<'system'>): readonly string[] {
  const of = (list: readonly string[] | undefined, name: string, word: string) =>
    list
      ? [`next-lists ${name}`, ...ask.drivers.filter((one) => list.includes(one)).map((one) => `${word} ${one}`)]
      : [];
  return [
    ...(card ? [`driver ${card}`] : []),
    `next-kernel ${kernel.atBoot ?? kernel.running}`,
    ...of(drivers, 'modules', 'next-module'),
    ...of(ask.initramfs ? initramfs : undefined, 'initramfs', 'next-initramfs'),
  ];
}
