import { expect } from 'chai';
import { observe } from '../support/findings.ts';
import { beginSessions, type Lab, must, type Session, until } from '../support/lab.ts';
import { figure, heal, ports, proxies, view, vipHolders } from '../support/tenants.ts';

const vip = '10.80.1.100';
const hosts = Object.keys(proxies);
const table = 'ip split';
const lose = `nft 'add table ${table}; add chain ${table} input { type filter hook input priority 0; }; add rule ${table} input ip protocol 112 drop'`;

interface Split {
  readonly name: string;
  begin(lab: Lab): Promise<unknown>;
  end(lab: Lab): Promise<unknown>;
}

const onBoth = (lab: Lab, script: string) => Promise.all(hosts.map((host) => must(lab.host(host, script))));
const cut = (fault: string) => (lab: Lab) => must(lab.command('fault', fault, '--name', lab.name, ...hosts));

const withoutVrrp: Split = {
  name: 'VRRP packets are dropped',
  begin: (lab) => onBoth(lab, lose),
  end: (lab) => onBoth(lab, `nft delete table ${table} 2>/dev/null || :`),
};
const splits: readonly Split[] = [
  withoutVrrp,
  { name: 'all packets are dropped', begin: cut('cut'), end: cut('uncut') },
];

/** The two proxies live and do not hear each other. Each is entitled to take the virtual address. */
export function splitSuite(lab: () => Lab): void {
  for (const split of splits)
    it(`${split.name} between the proxies for a minute: at most three moves, then clients keep their connections`, async function () {
      this.timeout(400_000);
      const sessions = await beginSessions(lab(), ports.acme, lab().passwords.acme);
      const moves = watchMoves(lab());
      try {
        await split.begin(lab());
        await moves.until(60);
        expect(await view(lab(), 'acme')).to.include({ ready: 'True', reason: 'SplitVip' });
        const { code, findings } = await observe(lab());
        expect(findings.map(({ reason }) => reason)).to.include('SplitVip');
        expect(code).to.equal(1);
      } finally {
        await split.end(lab());
      }
      const owners = await moves.end();
      const lost = (await sessions.stop()).filter(({ ended }) => ended !== undefined);
      figure(`${split.name}: ${owners.length - 1} moves (${text(owners)}); ${lostText(lost, owners)}`);
      expect(owners.length - 1).to.be.within(1, 3);
      expect(lostOf(lost, owners)).to.have.lengthOf.at.most(1);
      await atOne(lab());
      await heal(lab());
    });

  it('only the proxy with the lower priority does not hear the other one: at most three moves, then clients keep their connections', async function () {
    this.timeout(400_000);
    await must(lab().host('proxy-2', 'systemctl restart ec2-redis-keepalived'));
    await until(
      'proxy-1 with the address',
      () => vipHolders(lab()),
      ({ owners, interfaces }) => owners[0] === 'proxy-1' && interfaces.length === 1 && interfaces[0] === 'proxy-1',
    );
    const sessions = await beginSessions(lab(), ports.acme, lab().passwords.acme);
    const moves = watchMoves(lab());
    try {
      await must(lab().host('proxy-2', lose));
      await moves.until(60);
    } finally {
      await withoutVrrp.end(lab());
    }
    const owners = await moves.end();
    const lost = (await sessions.stop()).filter(({ ended }) => ended !== undefined);
    figure(`only one does not hear: ${owners.length - 1} moves (${text(owners)}); ${lostText(lost, owners)}`);
    expect(owners.length - 1).to.be.within(1, 3);
    await atOne(lab());
    await heal(lab());
  });

  const deaths: readonly (readonly [string, (lab: Lab, keeper: string) => Promise<unknown>, string | undefined])[] = [
    [
      'is powered off',
      (lab, keeper) => must(lab.command('fault', 'power-off', '--name', lab.name, keeper)),
      'power-on',
    ],
    [
      'has its keepalived stopped',
      (lab, keeper) => must(lab.host(keeper, 'systemctl stop ec2-redis-keepalived')),
      undefined,
    ],
  ];
  for (const [name, kill, revive] of deaths)
    it(`the proxy that keeps the address in a split ${name}: the other one takes it`, async function () {
      this.timeout(400_000);
      await withoutVrrp.begin(lab());
      const keeper = await atRest(lab());
      const began = Date.now();
      await kill(lab(), keeper);
      const other = hosts.filter((host) => host !== keeper);
      try {
        await until(
          'the other proxy with the address',
          () => vipHolders(lab(), other),
          ({ owners, interfaces }) => owners[0] === other[0] && interfaces[0] === other[0],
          40,
        );
        figure(`${keeper} kept the address in a split and ${name}: ${other[0]} has it after ${since(began)} s`);
      } finally {
        if (revive) await must(lab().command('fault', revive, '--name', lab().name, keeper));
      }
      await until(
        'the host to answer',
        () => lab().host(keeper, 'echo up'),
        ({ out }) => out.includes('up'),
      );
      await withoutVrrp.end(lab());
      await heal(lab());
    });

  it('a master that EC2 does not let have the address yields: the proxy that has it serves on', async function () {
    this.timeout(400_000);
    const { vipOwner: owner } = await view(lab(), 'acme');
    const standby = hosts.find((host) => host !== owner) ?? '';
    const full = (order: string) =>
      must(
        lab().run([process.execPath, 'test/e2e/support/vip.mjs', vip, order, proxies[standby as keyof typeof proxies]]),
      );
    await full('fill');
    const began = Date.now();
    try {
      await must(lab().host(owner, 'pkill -9 -x keepalived'));
      await until(
        'the standby to be elected',
        () => lab().host(standby, 'cat /run/ec2-redis-operator/vrrp/front /run/ec2-redis-operator/vrrp/front.yield'),
        ({ out }) => out.includes('PrivateIpAddressLimitExceeded'),
        20,
      );
      await until(
        'the address on the first one',
        () => vipHolders(lab()),
        ({ owners, interfaces }) => owners[0] === owner && interfaces.length === 1 && interfaces[0] === owner,
        30,
      );
      figure(`a standby without room for the address was elected: ${owner} serves again after ${since(began)} s`);
    } finally {
      await full('empty');
    }
    await heal(lab());
  });
}

const since = (began: number) => ((Date.now() - began) / 1000).toFixed(1);

interface Owner {
  readonly host: string;
  readonly since: number;
}

/** Who has the address according to EC2, asked several times a second. */
function watchMoves(lab: Lab) {
  const owners: Owner[] = [];
  let ended = false;
  const began = Date.now();
  const look = async () => {
    while (!ended) {
      const host = (await lab.status()).hosts.find(({ addresses }) => addresses.includes(vip))?.name ?? 'none';
      if (owners.at(-1)?.host !== host) owners.push({ host, since: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return owners;
  };
  const looking = look();
  return {
    until: (seconds: number) => new Promise((resolve) => setTimeout(resolve, began + seconds * 1000 - Date.now())),
    end: () => {
      ended = true;
      return looking;
    },
  };
}

const text = (owners: readonly Owner[]) =>
  owners.map(({ host, since: at }) => `${host} at ${((at - (owners[0]?.since ?? at)) / 1000).toFixed(0)} s`).join(', ');

/** The connections that were made while the last owner had the address, and lost. */
function lostOf(lost: readonly Session[], owners: readonly Owner[]): readonly Session[] {
  const keeper = owners.at(-1)?.host;
  return lost.filter(({ began }) => owners.findLast((one) => one.since <= began)?.host === keeper);
}

function lostText(lost: readonly Session[], owners: readonly Owner[]): string {
  const last = owners.at(-1)?.since ?? 0;
  return `a client lost ${lost.length} connections, ${lostOf(lost, owners).length} of the last owner, ${lost.filter(({ began }) => began > last).length} made after the last move`;
}

/** The proxy that keeps the address, once the other one has left it alone. */
async function atRest(lab: Lab): Promise<string> {
  await until(
    'one proxy to yield',
    () => Promise.all(hosts.map((host) => lab.host(host, 'cat /run/ec2-redis-operator/vrrp/front.yield'))),
    (all) => all.some(({ code }) => code === 0),
    90,
  );
  const { owners } = await until(
    'one owner',
    () => vipHolders(lab),
    ({ owners: all, interfaces }) => interfaces.length === 1 && interfaces[0] === all[0],
  );
  return owners[0] ?? '';
}

/** The two hear each other: one owner, without us. */
async function atOne(lab: Lab): Promise<void> {
  await until(
    'one owner by EC2 and on one interface, and no proxy that yields',
    async () => ({
      ...(await vipHolders(lab)),
      yields: (await lab.host(hosts[0] ?? '', 'ls /run/ec2-redis-operator/vrrp')).out.includes('.yield'),
    }),
    ({ owners, interfaces, yields }) =>
      owners.length === 1 && interfaces.length === 1 && owners[0] === interfaces[0] && !yields,
    20,
  );
}
