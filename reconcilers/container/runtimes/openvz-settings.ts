import { diskKib } from '../../../renderers/openvz-conf.ts';
import { memberMac } from '../../names.ts';
import type { ContainerFacts } from '../../questions/containers.ts';
import { pairOf } from '../../questions/vz-values.ts';
import type { VzSetting } from '../../verbs/index.ts';
import type { Differing, MemberContainer } from '../runtime.ts';

/** What a bridged veth's host side is to be called by vzctl(8): the highest MAC there is, so that no bridge takes it for its own. */
const hostMac = 'FE:FF:FF:FF:FF:FF';

/** The scheduler's default share; among equals nobody is favoured. */
const cpuUnits = 1000;

/** Limits of the kernel, by vzctl's options. No swap at all: a Redis that swaps is a Redis that is down. */
export function limitSettings({ limits }: MemberContainer): readonly VzSetting[] {
  return [
    ['ram', `${limits.memoryBytes}B`],
    ['swap', '0'],
    ['numproc', `${limits.pids}:${limits.pids}`],
    ['cpulimit', String(limits.cpuMillicores / 10)],
  ];
}

/** Everything else: who it is, that it starts at boot, its network device with pinned addresses. */
export function otherSettings({ name, attachment, member }: MemberContainer): readonly VzSetting[] {
  return [
    ['name', name],
    ['hostname', name],
    ['onboot', 'yes'],
    ['disabled', 'no'],
    ['cpuunits', String(cpuUnits)],
    ['netif_add', `eth0,${memberMac(member.address)},${attachment.port},${hostMac}`],
  ];
}

export function diskSetting({ diskBytes }: MemberContainer): readonly VzSetting[] {
  return [['diskspace', `${diskKib(diskBytes)}K`]];
}

/** What the configuration has, against what it should have: numbers as numbers, whatever their suffix; addresses whatever their case. */
export function openvzDiffering(container: MemberContainer, { settings }: ContainerFacts): readonly Differing[] {
  const { limits, name, attachment, member } = container;
  const limit = (key: string, unit: number) => String(pairOf(settings[key], unit)?.[1] ?? 'none');
  const plain = (key: string) => settings[key] ?? 'none';
  const device = deviceIn(settings['NETIF']);
  const fields: readonly (readonly [string, string, string, boolean])[] = [
    ['PHYSPAGES', String(limits.memoryBytes / 4096), limit('PHYSPAGES', 4096), true],
    ['SWAPPAGES', '0', limit('SWAPPAGES', 4096), true],
    ['NUMPROC', String(limits.pids), limit('NUMPROC', 1), true],
    ['CPULIMIT', String(limits.cpuMillicores / 10), String(Number(settings['CPULIMIT'] ?? 0)), true],
    ['CPUUNITS', String(cpuUnits), plain('CPUUNITS'), false],
    ['NAME', name, plain('NAME'), false],
    ['HOSTNAME', name, plain('HOSTNAME'), false],
    ['ONBOOT', 'yes', plain('ONBOOT'), false],
    ['DISABLED', 'no', settings['DISABLED'] ?? 'no', false],
    ['NETIF', `eth0 ${attachment.port} ${memberMac(member.address).toUpperCase()} ${hostMac}`, device, false],
  ];
  return fields.flatMap(([field, want, have, isLimit]) =>
    want === have ? [] : [{ field, want, have, limit: isLimit }],
  );
}

/** `ifname=eth0,mac=…,host_ifname=…,host_mac=…;ifname=eth1…`: the devices, in the same words each time. */
function deviceIn(netif: string | undefined): string {
  const devices = (netif ?? '').split(';').filter(Boolean);
  const words = devices.map((device) => {
    const of = (key: string) => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(device)?.[1] ?? '';
    return `${of('ifname')} ${of('host_ifname')} ${of('mac').toUpperCase()} ${of('host_mac').toUpperCase()}`;
  });
  return words.join(', ') || 'none';
}
