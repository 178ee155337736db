import { type Issue, type Path, placeText } from '../issue.ts';
import { byName, type Check, type Declared, type Entry, fault } from '../load/declared.ts';
import { resolveLogin } from '../resolve/ssh.ts';
import { claimedTwice } from './claims.ts';

/** Ports of a proxy host that other daemons use. The ports of sshd are also taken from the Cluster. */
const RESERVED_PORTS: ReadonlyMap<number, string> = new Map([[22, 'sshd']]);

/** Numbers that must be unique: VLANs, VRRP router ids, ports. */
export const numbers: Check = (declared) => [
  ...unique(
    declared.tenants.map((one) => ({
      one,
      path: ['spec', 'network', 'vlan'],
      scope: one.body.spec.clusterRef,
      number: one.body.spec.network.vlan,
    })),
    (number, other) => `VLAN ${number} is already used by tenant ${other}`,
    'give each tenant its own VLAN: it isolates tenants from each other',
  ),
  ...unique(
    declared.proxyPairs.map((one) => ({
      one,
      path: ['spec', 'vrrp', 'routerId'],
      scope: one.body.spec.clusterRef,
      number: one.body.spec.vrrp.routerId,
    })),
    (number, other) => `VRRP router id ${number} is already used by ProxyPair ${other}`,
    'give each ProxyPair of a Cluster its own id',
  ),
  ...exposedPorts(declared),
  ...declared.tenants.flatMap(reservedPort(declared)),
  ...declared.tenants.flatMap((tenant) => {
    const { redis, sentinel } = tenant.body.spec;
    if (redis.port !== sentinel.port) return [];
    const path = ['spec', 'sentinel', 'port'];
    return [
      fault(
        tenant,
        path,
        `Redis and Sentinel cannot both listen on port ${redis.port}`,
        'give one of them another port',
      ),
    ];
  }),
];

interface Taken {
  readonly one: Entry<unknown>;
  readonly path: Path;
  readonly scope: string;
  readonly number: number;
}

function unique(
  taken: readonly Taken[],
  problem: (number: number, other: string) => string,
  remedy: string,
): readonly Issue[] {
  const claims = taken.map((claim) => ({
    ...claim,
    key: `${claim.scope} ${claim.number}`,
    place: claim.one.places.at(claim.path),
  }));
  return claimedTwice(claims, (second, first) => ({
    problem: `${problem(second.number, first.one.name)}, at ${placeText(first.place)}`,
    remedy,
  }));
}

function exposedPorts({ tenants }: Declared): readonly Issue[] {
  const taken = tenants.flatMap((one) => {
    const { expose } = one.body.spec;
    if (expose === undefined) return [];
    return [{ one, path: ['spec', 'expose', 'port'], scope: expose.proxyPairRef, number: expose.port }];
  });
  return unique(
    taken,
    (number, other) => `port ${number} of the ProxyPair is already used by tenant ${other}`,
    'give each tenant of a ProxyPair its own port',
  );
}

function reservedPort(declared: Declared): (tenant: Declared['tenants'][number]) => readonly Issue[] {
  return (tenant) => {
    const { expose, clusterRef } = tenant.body.spec;
    if (expose === undefined) return [];
    const spec = byName(declared.clusters, clusterRef)?.body.spec;
    const proxies: readonly string[] = byName(declared.proxyPairs, expose.proxyPairRef)?.body.spec.hosts ?? [];
    const isSshd = spec?.hosts.some(
      (host) => proxies.includes(host.name) && resolveLogin(host, spec.ssh).port === expose.port,
    );
    const owner = isSshd ? 'sshd' : RESERVED_PORTS.get(expose.port);
    if (owner === undefined) return [];
    const problem = `port ${expose.port} of a proxy host is used by ${owner}`;
    return [fault(tenant, ['spec', 'expose', 'port'], problem, 'use another port, such as 6379')];
  };
}
