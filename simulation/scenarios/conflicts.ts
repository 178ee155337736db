import fc from 'fast-check';
import { filesOf } from '../containers.ts';
import { killContainer } from '../lxc.ts';
import type { HostWorld, World } from '../world.ts';

/** A foreign resource with the name of a managed one. It must never be changed. */
export interface Conflict {
  readonly kind: keyof typeof conflicts;
  readonly seed: readonly [number, number];
}

export const conflict: fc.Arbitrary<Conflict> = fc
  .constantFrom('bridge', 'tenant port', 'tunnel', 'container', 'folder', 'port of a stopped container')
  .chain((kind) =>
    fc.record({ kind: fc.constant(kind as Conflict['kind']), seed: fc.tuple(fc.nat(1000), fc.nat(1000)) }),
  );

/** Creates the conflict and returns a function for the resource; undefined if there is no such resource. It is compared at the end. */
export function makeConflict(world: World, { kind, seed: [first, second] }: Conflict): (() => unknown) | undefined {
  const hosts = Object.values(world.hosts);
  const able = hosts.filter((host) => candidates(host, kind).length > 0);
  const host = able[first % able.length];
  if (!host) return undefined;
  const names = candidates(host, kind);
  return conflicts[kind](host, names[second % names.length] ?? '');
}

const conflicts = {
  bridge: (host: HostWorld, name: string) => {
    const own = () => host.ovs?.bridges.find((one) => one.name === name);
    Object.assign(own() ?? {}, { marks: { owner: 'them' } });
    return own;
  },
  'tenant port': (host: HostWorld, name: string) => takePort(host, name),
  tunnel: (host: HostWorld, name: string) => takePort(host, name),
  container: (host: HostWorld, name: string) => {
    const own = filesOf(host, name);
    Object.assign(host.files[own[0] ?? ''] ?? {}, {
      text: '# manual configuration\nlxc.uts.name = theirs\nNAME="theirs"\n',
    });
    return () => Object.entries(host.files).filter(([one]) => own.includes(one));
  },
  folder: (host: HostWorld, name: string) => {
    const folder = `/var/lib/ec2-redis-operator/members/${name}/`;
    killContainer(host, name);
    host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !path.endsWith(`/${name}/identity`)));
    return () =>
      [Object.entries(host.files), Object.entries(host.disks)].flat().filter(([path]) => path.startsWith(folder));
  },
  'port of a stopped container': (host: HostWorld, name: string) => {
    const port = host.containers[name]?.port ?? '';
    killContainer(host, name);
    return takePort(host, port);
  },
} as const;

function candidates(host: HostWorld, kind: Conflict['kind']): readonly string[] {
  const ports = host.ovs?.bridges.flatMap((bridge) => bridge.ports) ?? [];
  if (kind === 'bridge') return host.ovs?.bridges.map((one) => one.name) ?? [];
  if (kind === 'tenant port') return ports.flatMap(({ name }) => (/^tn\d/.test(name) ? [name] : []));
  if (kind === 'tunnel') return ports.flatMap(({ name, type }) => (type === 'gre' ? [name] : []));
  return Object.keys(host.containers).filter((name) => /^t\d-/.test(name));
}

function takePort(host: HostWorld, name: string): () => unknown {
  const own = () => host.ovs?.bridges.flatMap((bridge) => bridge.ports).find((one) => one.name === name);
  Object.assign(own() ?? {}, { marks: { owner: 'them' }, tag: 7 });
  return own;
}
