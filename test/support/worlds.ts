import type { Fleet } from '../../crds/fleet.ts';
import { giveLink } from '../../reconcilers/model/links.ts';
import type { HostWorld, World } from '../../reconcilers/model/world.ts';
import { digest } from '../../renderers/text.ts';
import { instanceId } from './fleets.ts';

/** Hosts as EC2 and the image give them: running, the programs installed, nothing of ours. */
export function bareWorld({ cluster }: Fleet): World {
  const redisFirst = [...cluster.hosts].sort((a, b) => rank(a.role) - rank(b.role) || (a.name < b.name ? -1 : 1));
  const address = (index: number) => `10.80.1.${10 + index}`;
  return {
    now: 1_700_000_000_000,
    hosts: Object.fromEntries(
      redisFirst.map((host) => [
        host.name,
        bareHost(
          host.role === 'redis' ? cluster.runtime.template.tarball : undefined,
          address(redisFirst.indexOf(host)),
        ),
      ]),
    ),
    ec2: {
      instances: redisFirst.map((host, index) => ({
        instanceId: instanceId(index + 1),
        state: 'running',
        privateAddress: address(index),
        subnetId: 'subnet-1',
        vpcId: 'vpc-1',
        zone: 'lab-1a',
        networkInterfaceId: `eni-${index + 1}`,
        macAddress: `02:00:00:00:00:0${index + 1}`,
        tags: { Name: host.name },
      })),
      interfaces: redisFirst.map((_, index) => ({
        networkInterfaceId: `eni-${index + 1}`,
        instanceId: instanceId(index + 1),
        subnetId: 'subnet-1',
        vpcId: 'vpc-1',
        addresses: [{ address: address(index), primary: true }],
      })),
    },
  };
}

function bareHost(tarball: string | undefined, address: string): HostWorld {
  const templates = { tarballs: tarball ? { [tarball]: digest('template') } : {}, images: {} };
  const fileSystems = [
    { mount: '/', writable: true, freeBytes: 2 ** 34, totalBytes: 2 ** 35, freeInodes: 2 ** 20, inodes: 2 ** 21 },
    { mount: '/run', writable: true, freeBytes: 2 ** 27, totalBytes: 2 ** 28, freeInodes: 2 ** 16, inodes: 2 ** 17 },
  ];
  const empty = {
    links: [],
    fileSystems,
    files: {},
    units: {},
    disks: {},
    boxes: {},
    haproxy: undefined,
    keepalived: undefined,
  };
  const host: HostWorld = { ovs: { bridges: [] }, ...empty, templates, next: 1 };
  Object.assign(giveLink(host, 'lo', 65_536), { up: true, addresses: ['127.0.0.1/8'] });
  Object.assign(giveLink(host, 'eth0', 9001), { up: true, addresses: [`${address}/24`] });
  return host;
}

function rank(role: string): number {
  return role === 'redis' ? 0 : 1;
}
