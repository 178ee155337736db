import { diskKib } from '../../../renderers/openvz/openvz-conf.ts';
import type { ContainerFacts } from '../../facts/container/container-facts.ts';
import { pairOf } from '../../facts/container/vz-values.ts';
import type { VzSetting } from '../../operations/actions.ts';
import { memberMac } from '../../shared/names.ts';
import type { Differing, MemberContainer } from '../runtime.ts';

/** MAC of the host side of a bridged veth, as vzctl(8) recommends: the highest possible, so that no bridge adopts it as its own. */
const hostMac = 'FE:FF:FF:FF:FF:FF';

/** The scheduler's default share: all containers are equal. */
const cpuUnits = 1000;

/** A parameter: its name in the configuration, its declared value, how to read the present one, and vzctl's option for it. */
interface Parameter {
  readonly field: string;
  readonly want: string;
  readonly have: (settings: ContainerFacts['settings']) => string;
  readonly limit: boolean;
  readonly setting: VzSetting;
}

/** Numbers are compared as numbers, whatever their suffix; addresses regardless of case. No swap: a Redis that swaps is too slow. */
function parameters({ name, attachment, member, limits }: MemberContainer): readonly Parameter[] {
  const { memoryBytes, pids, cpuMillicores } = limits;
  const limit = (field: string, unit: number, want: number, setting: VzSetting): Parameter => {
    const have = (settings: ContainerFacts['settings']) => String(pairOf(settings[field], unit)?.[1] ?? 'none');
    return { field, want: String(want), have, limit: true, setting };
  };
  const plain = (field: string, want: string, absent = 'none'): Parameter => {
    const have = (settings: ContainerFacts['settings']) => settings[field] ?? absent;
    return { field, want, have, limit: false, setting: [field.toLowerCase(), want] };
  };
  const mac = memberMac(member.address);
  return [
    plain('NAME', name),
    plain('HOSTNAME', name),
    plain('ONBOOT', 'yes'),
    plain('DISABLED', 'no', 'no'),
    plain('CPUUNITS', String(cpuUnits)),
    {
      field: 'NETIF',
      want: `eth0 ${attachment.port} ${mac.toUpperCase()} ${hostMac}`,
      have: ({ NETIF }) =>
        devicesIn(NETIF)
          .map(({ text }) => text)
          .join(', ') || 'none',
      limit: false,
      setting: ['netif_add', `eth0,${mac},${attachment.port},${hostMac}`],
    },
    limit('PHYSPAGES', 4096, memoryBytes / 4096, ['ram', `${memoryBytes}B`]),
    limit('SWAPPAGES', 4096, 0, ['swap', '0']),
    limit('NUMPROC', 1, pids, ['numproc', `${pids}:${pids}`]),
    {
      ...plain('CPULIMIT', String(cpuMillicores / 10)),
      have: ({ CPULIMIT }) => String(Number(CPULIMIT ?? 0)),
      limit: true,
    },
  ];
}

export function allSettings(container: MemberContainer): readonly VzSetting[] {
  return parameters(container).map(({ setting }) => setting);
}

export function limitSettings(container: MemberContainer): readonly VzSetting[] {
  return parameters(container).flatMap(({ limit, setting }) => (limit ? [setting] : []));
}

export function diskSetting({ diskBytes }: MemberContainer): readonly VzSetting[] {
  return [['diskspace', `${diskKib(diskBytes)}K`]];
}

/** Parameters whose value in the configuration differs. A device other than eth0 would be another way in, and is removed. */
export function openvzDiffering(container: MemberContainer, { settings }: ContainerFacts): readonly Differing[] {
  const others = devicesIn(settings['NETIF']).flatMap(({ ifname }): readonly VzSetting[] =>
    ifname && ifname !== 'eth0' ? [['netif_del', ifname]] : [],
  );
  return parameters(container).flatMap(({ field, want, have, limit, setting }) => {
    const had = have(settings);
    const fixes = field === 'NETIF' ? [...others, setting] : [setting];
    return had === want ? [] : [{ field, want, have: had, limit, settings: fixes }];
  });
}

/** `ifname=eth0,mac=…,host_ifname=…,host_mac=…;ifname=eth1…`: the devices, in a normalized form. */
function devicesIn(netif: string | undefined): readonly { readonly ifname: string; readonly text: string }[] {
  const devices = (netif ?? '').split(';').filter(Boolean);
  return devices.map((device) => {
    const of = (key: string) => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(device)?.[1] ?? '';
    const [mac, hostMac] = [of('mac').toUpperCase(), of('host_mac').toUpperCase()];
    return { ifname: of('ifname'), text: `${of('ifname')} ${of('host_ifname')} ${mac} ${hostMac}` };
  });
}
