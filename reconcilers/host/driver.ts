import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { NicFacts } from '../facts/host/system/nic.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import { type DesiredNic, type DesiredSystem, desiredSystems, facts, findingsOf, prepare } from './desired.ts';
import { driverDiffers, driverMissing } from './messages.ts';
import { systemOf } from './systems/index.ts';

/**
 * The driver of a host's network interface, where the documents ask for a kind of interface. Before SR-IOV is turned on (`maintenance`
 * depends on this), the kernel that boots next must have the driver. Otherwise the host comes up without network, nobody can log in, and
 * SR-IOV cannot be turned off again (EC2 User Guide, "Enhanced networking with the Intel 82599 VF interface"). Afterwards the interface
 * must use it. A subject of its own, since nothing else on the host depends on it.
 */
export const driver = bind<DesiredSystem, ReturnType<typeof facts>>({
  component: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'driver').filter(({ nic }) => nic),
  facts,
  diff: (desired, { system: seen }) => {
    const { nic } = desired;
    if (!nic) return [];
    if (seen.state === 'present')
      return [...bootFindings(desired, nic, seen.value), ...nicFindings(desired, nic, seen.value.nic)];
    // An unknown host is reported once, as @system. But as long as the driver is unknown, the stop for SR-IOV must be blocked.
    if (nic.enabled) return [];
    const values = { have: 'unknown', want: 'present' };
    return [findingsOf(desired)('NotObserved', `driver ${nic.driver}`, values, notObserved(seen))];
  },
});

/** Where the host has no modules directory (a container, a monolithic kernel) nothing can be checked, and nothing is reported. */
function bootFindings(desired: DesiredSystem, nic: DesiredNic, seen: SystemFacts): readonly Finding[] {
  const { kernel, modules, initramfs } = seen.nic;
  const { driver: name, enabled } = nic;
  const finding = findingsOf(desired);
  const { host } = desired;
  if (modules && !modules.includes(name)) {
    const remedy = manual(driverMissing(host.name, name, kernel, enabled));
    return [finding('DriverMissing', `driver ${name}`, { have: 'absent', want: `in kernel ${kernel}` }, remedy)];
  }
  // An interface that was there at a boot shows that udev loads the driver from the root file system.
  if (enabled || systemOf(seen.release)?.initramfs !== 'dracut' || !initramfs || initramfs.includes(name)) return [];
  const add = { operation: 'initramfs-driver', host: host.name, kernel, driver: name } as const;
  const todo = `run dracut -f --add-drivers ${name} /boot/initramfs-${kernel}.img ${kernel} on ${host.name}`;
  const values = { have: 'absent', want: `in initramfs of ${kernel}` };
  return [finding('DriverNotInInitramfs', `driver ${name}`, values, prepare(desired, [add], todo))];
}

/** What to declare where EC2's network interface uses this driver. */
const declared: Readonly<Record<string, string>> = { vif: 'none', ixgbevf: 'sriov', ena: 'ena' };

/** A driver that is not one of EC2's (a veth of the lab) says nothing about the instance. */
function nicFindings(desired: DesiredSystem, { driver: want, enabled }: DesiredNic, { driver: have }: NicFacts) {
  const fits = declared[have ?? ''];
  if (!enabled || have === undefined || have === want || !fits) return [];
  const remedy = manual(driverDiffers(desired.host.name, want, fits));
  return [findingsOf(desired)('DriverDiffers', 'network driver', { have, want }, remedy)];
}
