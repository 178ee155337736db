import type { Cluster, Host } from '../../crds/fleet.ts';
import { hugepages } from '../../renderers/kernel/settings.ts';

/** A kernel setting that a host should have, and why: what happens to the tenants otherwise. */
export interface KernelSetting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  isMet(now: string): boolean;
}

interface Default extends KernelSetting {
  readonly role?: Host['role'];
}

const number = (text: string) => Number(text.split(' ')[0]);
const exactly = (value: string) => (now: string) => now === value;
const atLeast = (value: string) => (now: string) => number(now) >= number(value);

/** Each is what Redis (docs/management/optimization) or a busy HAProxy needs. A host's owner may have chosen more. */
const defaults: readonly Default[] = [
  {
    name: 'vm.overcommit_memory',
    value: '1',
    role: 'redis',
    isMet: exactly('1'),
    why: 'Redis forks to save and to synchronize a replica. When less memory is free than it uses, the kernel refuses that, and the master then refuses writes',
  },
  {
    name: 'net.core.somaxconn',
    value: '4096',
    role: 'proxy',
    isMet: atLeast('4096'),
    why: 'when many clients connect at once, the kernel drops what does not fit into the queue',
  },
  {
    name: 'net.ipv4.ip_local_port_range',
    value: '10240 65535',
    role: 'proxy',
    isMet: (now) => number(now) <= 10240 && Number(now.split(' ')[1]) >= 65535,
    why: 'each connection from HAProxy to a master uses one of these ports for a minute after its end. When none is left, no client is let in',
  },
  {
    name: 'net.ipv4.tcp_tw_reuse',
    value: '1',
    role: 'proxy',
    isMet: exactly('1'),
    why: 'ports of ended connections to a master stay taken for a minute. When none is left, no client is let in',
  },
  {
    name: 'net.netfilter.nf_conntrack_max',
    value: '262144',
    isMet: atLeast('262144'),
    why: 'a firewall of the host tracks connections. When its table is full, the kernel drops packets of all tenants',
  },
];

/** The settings of a host, with those that its Cluster declares. A kernel may lack some. */
export function kernelSettings({ role }: Host, { preparation }: Cluster): readonly KernelSetting[] {
  const { sysctls, transparentHugepages } = preparation;
  const own = defaults.filter((one) => one.role === undefined || one.role === role);
  const others = Object.keys(sysctls).filter((name) => !defaults.some((one) => one.name === name));
  const declared = (name: string, why: string) => {
    const value = sysctls[name] ?? '';
    return value === 'unmanaged' ? [] : [{ name, value, why, isMet: exactly(value) }];
  };
  const pages: KernelSetting = {
    name: hugepages,
    value: transparentHugepages,
    isMet: (now) => now === transparentHugepages || now === 'never',
    why: 'while Redis saves or synchronizes a replica, each write to a key copies 2 MiB: latency, and twice the memory',
  };
  return [
    ...own.flatMap((one) => (one.name in sysctls ? declared(one.name, one.why) : [one])),
    ...others.sort().flatMap((name) => declared(name, 'spec.preparation.sysctls declares it')),
    ...(role === 'redis' && transparentHugepages !== 'unmanaged' ? [pages] : []),
  ];
}
