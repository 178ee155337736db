import { expect } from 'chai';
import { type Lab, must } from '../support/lab.ts';
import { client } from '../support/tenants.ts';

/** Two tenants on the same hosts: what each can reach. */
export function isolationSuite(lab: () => Lab): void {
  for (const [tenant, other] of [
    ['acme', 'globex'],
    ['globex', 'acme'],
  ] as const) {
    it(`${tenant} writes and reads through the VIP with its own password, and not with that of the other tenant`, async () => {
      const right = await client(lab(), tenant, lab().passwords[tenant]);
      expect(right.code, right.err).to.equal(0);
      expect(right.out).to.match(new RegExp(`GET greeting "hello from ${tenant} at`));
      const wrong = await client(lab(), tenant, lab().passwords[other]);
      expect(wrong.code).to.equal(1);
      expect(wrong.err).to.match(/WRONGPASS|NOAUTH/);
    });
  }

  it('a container reaches its own network, and neither the other tenant nor the hosts', async function () {
    this.timeout(120_000);
    for (const [tenant, own, other] of [
      ['acme', '10.101.0', '10.102.0'],
      ['globex', '10.102.0', '10.101.0'],
    ] as const) {
      const reached = await reachable(lab(), 'redis-1', `${tenant}-r1`, [
        `${own}.12`,
        `${other}.1`,
        `${other}.11`,
        `${other}.12`,
        `${other}.13`,
        '10.80.1.11',
        '10.80.2.12',
        '10.80.1.21',
        '10.80.1.100',
        '10.80.0.2',
        '169.254.169.254',
      ]);
      expect(reached, tenant).to.deep.equal([`ping ${own}.12`, `tcp ${own}.12`]);
    }
  });

  it('nor does it with an address of the other tenant: its broadcasts reach its own network only', async function () {
    this.timeout(60_000);
    for (const [tenant, own, other] of [
      ['acme', '10.101.0', '10.102.0'],
      ['globex', '10.102.0', '10.101.0'],
    ] as const) {
      expect(await answersArp(lab(), tenant, own), `${tenant} in its own network`).to.equal(true);
      expect(await answersArp(lab(), tenant, other), `${tenant} in the other's`).to.equal(false);
    }
  });
}

/**
 * Whether the third member of a network answers the ARP request, a broadcast, of a tenant's first container that was given an address
 * of that network. Attached with the privileges of the host: those of the container do not permit adding an address.
 */
async function answersArp(lab: Lab, tenant: string, network: string): Promise<boolean> {
  const script = `set -e
ip address add ${network}.200/24 dev eth0
trap "ip address del ${network}.200/24 dev eth0" EXIT
ip neighbour flush to ${network}.13 dev eth0
ping -c 2 -W 1 -I ${network}.200 ${network}.13 >/dev/null 2>&1 || :
ip neighbour show ${network}.13`;
  const { out } = await must(lab.host('redis-1', lab.containers.asHost(`${tenant}-r1`, `sh -c '${script}'`)));
  expect(out).to.contain(`${network}.13`);
  return out.includes('lladdr');
}

async function reachable(
  lab: Lab,
  host: string,
  container: string,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const probes = addresses.map(
    (address) =>
      `(ping -c 1 -W 2 ${address} >/dev/null 2>&1 && echo ping ${address}; for port in 22 6379 26379; do nc -z -w 2 ${address} $port >/dev/null 2>&1 && echo tcp ${address} && break; done) &`,
  );
  const { out } = await lab.host(host, lab.containers.inside(container, `sh -c '${probes.join('\n')}\nwait'`));
  return out.split('\n').filter(Boolean).sort();
}
