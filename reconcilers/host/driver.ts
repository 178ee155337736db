import { blind, type Drift, operator } from '../drift.ts';
import type { CardFacts } from '../questions/system/card.ts';
import type { SystemFacts } from '../questions/system.ts';
import { bind } from '../reconciler.ts';
import { reasonOf } from '../service.ts';
import { type DesiredCard, type DesiredSystem, desiredSystems, findingOf, prepare, questions } from './desired.ts';
import { systemOf } from './systems/index.ts';

/**
 * The driver of a host's network card, where the documents ask for a card of a kind. Before SR-IOV is turned on (`maintenance` waits for this), the
 * kernel that boots next must have it: else the host comes up without network, nobody can look at it, and SR-IOV cannot be turned off again (EC2
 * User Guide, "Enhanced networking with the Intel 82599 VF interface"). Later the card must run with it. Of the host's service nothing rests on it.
 */
export const driver = bind<DesiredSystem, ReturnType<typeof questions>>({
  concern: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'driver').filter(({ card }) => card),
  questions,
  diff: (desired, { system: seen }) => {
    const { card } = desired;
    if (!card) return [];
    if (seen.state === 'present')
      return [...bootDrift(desired, card, seen.value), ...cardDrift(desired, card, seen.value.card)];
    // That an unseen host is unseen is said of its system; but what is not seen must hold up the stop.
    if (card.on) return [];
    return [findingOf(desired)(`driver ${card.driver}`, 'there', 'could not be seen', blind(reasonOf(seen)))];
  },
});

/** What cannot be looked at, in a container or with a kernel that has no modules, is left to whoever made it so. */
function bootDrift(desired: DesiredSystem, { driver: name, on }: DesiredCard, seen: SystemFacts): readonly Drift[] {
  const { kernel, modules, initramfs } = seen.card;
  const finding = findingOf(desired);
  const { host } = desired;
  if (modules && !modules.includes(name)) {
    const danger = on
      ? `${host.name} would come up without network at its next boot: before that, `
      : `with that card ${host.name} would come up without network, for good, so it is not turned on: `;
    const todo = `install a kernel that has ${name}, or build it for this one and run depmod ${kernel}${on ? '' : '; or declare enhancedNetworking: none'}`;
    return [
      finding(`driver ${name}`, `in kernel ${kernel}, which boots next`, 'no such module', operator(danger + todo)),
    ];
  }
  // Once the card was there at a boot, udev on the root file system is known to do.
  if (on || systemOf(seen.release)?.initramfs !== 'dracut' || !initramfs || initramfs.includes(name)) return [];
  const add = { verb: 'initramfs-driver', host: host.name, kernel, driver: name } as const;
  const words = `dracut -f --add-drivers ${name} /boot/initramfs-${kernel}.img ${kernel} on ${host.name}`;
  return [finding(`driver ${name}`, `in the initramfs of ${kernel}`, 'not there', prepare(desired, [add], words))];
}

/** What to declare where a card of EC2's runs with this driver. */
const declared: Readonly<Record<string, string>> = { vif: 'none', ixgbevf: 'sriov', ena: 'ena' };

/** A driver that is none of EC2's is that of a stand-in, of which nothing follows. */
function cardDrift(desired: DesiredSystem, { driver: name, on }: DesiredCard, { driver: have }: CardFacts) {
  const fits = declared[have ?? ''];
  if (!on || have === undefined || have === name || !fits) return [];
  const { host } = desired;
  const reason = `${host.name} serves, with another network card than declared: its instance type has no such card, or the driver failed (see dmesg and modinfo ${name} there). Change the type, mend the driver, or declare enhancedNetworking: ${fits}`;
  return [findingOf(desired)('driver of the network card', name, have, operator(reason))];
}
