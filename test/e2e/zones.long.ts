import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { callEc2, edit, editCluster, editTenant } from './support/account.ts';
import { expectFinding, observe } from './support/findings.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';
import { masterOf, send, sentinelPort } from './support/members.ts';
import { applyNothing, figure, heal, ports, views } from './support/tenants.ts';

const vip = '192.168.250.10';
const script = readFileSync(join(import.meta.dirname, 'support/route-client.sh'), 'utf8');
/** By the address of a proxy in the network of acme. */
const proxies: Readonly<Record<string, string>> = { '10.101.0.1': 'proxy-1', '10.101.0.2': 'proxy-2' };
const zones = { a: ['proxy-1', 'redis-1'], b: ['proxy-2', 'redis-2'], c: ['redis-3'] } as const;

/** A Cluster in three zones, created from nothing, with a pair in two of them and a virtual IP that is routed. */
describe('a pair in two zones, of real daemons', function () {
  this.timeout(900_000);
  let lab: Lab;
  before(async () => {
    lab = await bootLab('zones', 'lxc', '--empty');
    declare(lab);
    await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '10m'));
    await heal(lab);
  });
  after(() => lab?.down());

  it('each route table leads to one proxy, that of another subnet too, and a second apply does nothing', async () => {
    const { VpcId, id } = await ownTable(lab, '10.80.2.0/24');
    await heal(lab);
    const all = await targets(lab);
    expect(Object.keys(all)).to.include(id).and.have.lengthOf(2);
    expect(new Set(Object.values(all)).size, VpcId).to.equal(1);
    expect((await views(lab)).map(({ vipOwner }) => vipOwner)).to.deep.equal([await ownerOf(lab), await ownerOf(lab)]);
    await applyNothing(lab, 'seed');
  });

  it('the owner loses power: the address moves, and nobody is answered by two proxies', async () => {
    await masterElsewhere(lab);
    const owner = await ownerOf(lab);
    const { now, gaps } = await whileClients(lab, () => fault('power-off', owner));
    expect(now).to.equal(other(owner));
    report(`${owner} powered off`, gaps);
    await must(lab.command('fault', 'power-on', '--name', lab.name, owner));
    await heal(lab);
  });

  it('the zone of the owner is cut off: the address moves, and comes to rest once the zone is back', async () => {
    await masterElsewhere(lab);
    const owner = await ownerOf(lab);
    const zone = Object.values(zones).find((hosts) => (hosts as readonly string[]).includes(owner)) ?? [];
    const { now, gaps } = await whileClients(lab, () => Promise.all(zone.map((host) => fault('isolate', host))));
    expect(now).to.equal(other(owner));
    report(`the zone of ${owner} cut off`, gaps);
    await must(lab.command('heal', '--name', lab.name));
    await heal(lab);
    expect(new Set(Object.values(await targets(lab))).size).to.equal(1);
  });

  it('with the source/destination check nothing passes: plan says so, and apply turns it off', async () => {
    const owner = await ownerOf(lab);
    const [shown] = await callEc2<ec2.DescribeInstancesResult>(lab, ['DescribeInstances', named(owner)]);
    const NetworkInterfaceId = shown?.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
    const check = { NetworkInterfaceId, SourceDestCheck: { Value: true } };
    await callEc2(lab, ['ModifyNetworkInterfaceAttribute', check]);
    expect(await answered(lab, 'redis-3')).to.equal('none');
    const { findings } = await observe(lab);
    expectFinding(findings, { subject: `instance/${owner}`, reason: 'SourceDestCheckEnabled', by: 'action' });
    await heal(lab);
    expect(proxies[await answered(lab, 'redis-3')]).to.equal(owner);
  });

  it('a standby that may not change routes is reported', async () => {
    const standby = other(await ownerOf(lab));
    await must(lab.command('fault', 'api-deny', '--name', lab.name, standby, 'ReplaceRoute'));
    await until(
      'the finding',
      () => observe(lab),
      ({ findings }) =>
        findings.some(
          ({ reason, subject }) => reason === 'StandbyCannotTakeOver' && subject === `vip/front@${standby}`,
        ),
      150,
    );
    await must(lab.command('heal', '--name', lab.name));
  });

  it('delete removes the routes', async () => {
    await must(lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed'));
    expect(await targets(lab)).to.deep.equal({});
  });

  const fault = (name: string, host: string) => must(lab.command('fault', name, '--name', lab.name, host));

  const other = (host: string) => (host === 'proxy-1' ? 'proxy-2' : 'proxy-1');

  /** An attempt of a client. */
  interface Attempt {
    readonly client: string;
    readonly began: number;
    readonly ended: number;
    readonly by: string;
  }

  /** Clients in two subnets with different route tables, of which neither is cut off, while something happens. */
  async function whileClients(of: Lab, act: () => Promise<unknown>) {
    const before = await ownerOf(of);
    const zone = Object.values(zones).find((hosts) => (hosts as readonly string[]).includes(before)) ?? [];
    const clients = ['redis-1', 'redis-2', 'redis-3'].filter((host) => !(zone as readonly string[]).includes(host));
    const attempts: Attempt[] = [];
    const running = clients.map((client) =>
      of.watch(
        client,
        `exec bash -c '${script.replaceAll("'", `'\\''`)}' bash ${vip} ${ports.acme}`,
        `${of.passwords.acme}\n`,
        (line) => {
          const [began = '', ended = '', by = ''] = line.split(' ');
          attempts.push({ client, began: Number(began), ended: Number(ended), by: proxies[by] ?? by });
        },
      ),
    );
    const answers = (by: string) => attempts.filter((one) => one.by === by);
    const seen = (by: string, count: number) =>
      clients.every((client) => answers(by).filter((one) => one.client === client).length >= count);
    try {
      await until(`answers by ${before}`, async () => seen(before, 20), Boolean);
      await act();
      await until(`answers by ${other(before)}`, async () => seen(other(before), 50), Boolean);
    } finally {
      for (const one of running) one.end();
    }
    oneAtATime(answers(before), answers(other(before)));
    const gaps = clients.map(
      (client) => [client, longestGap(attempts.filter((one) => one.client === client))] as const,
    );
    return { now: await ownerOf(of), gaps };
  }

  /** Once the new owner has answered, in whichever subnet, the former one answers nobody any more. */
  function oneAtATime(former: readonly Attempt[], now: readonly Attempt[]): void {
    const since = Math.min(...now.map(({ ended }) => ended));
    expect(former.filter(({ began }) => began > since)).to.deep.equal([]);
  }

  function longestGap(attempts: readonly Attempt[]): number {
    const times = attempts.filter(({ by }) => by !== 'none').map(({ ended }) => ended);
    return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
  }

  function report(what: string, gaps: readonly (readonly [client: string, milliseconds: number])[]): void {
    const words = gaps.map(([client, milliseconds]) => `${(milliseconds / 1000).toFixed(2)} s on ${client}`);
    figure(`${what}: the longest time without an answer (target 1 s): ${words.join(', ')}`);
    for (const [client, milliseconds] of gaps) expect(milliseconds, client).to.be.below(5000);
  }
});

/** The seed's documents, with what they have as a comment for a pair in two zones, in three zones and on prepared images. */
function declare(lab: Lab): void {
  editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  editCluster(lab, 'type: c4.large', 'type: m5.large');
  editCluster(lab, /ami-0000000000000[bc]0(12|06)/g, 'ami-0000000000000d012');
  editCluster(lab, /( +)- \{ name: b, cidr.*\n/, subnets);
  editCluster(lab, 'create: { subnet: a, address: 10.80.1.22', 'create: { subnet: b, address: 10.80.2.22');
  editCluster(lab, 'create: { subnet: b, address: 10.80.2.13', 'create: { subnet: c, address: 10.80.3.13');
  edit(lab, 'proxypair.yaml', '  vip: 10.80.1.100\n', '');
  edit(lab, 'proxypair.yaml', `  # vip: ${vip}`, `  vip: ${vip}`);
  edit(lab, 'proxypair.yaml', '  # overlay: {}', '  overlay: {}');
  edit(lab, 'proxypair.yaml', 'acceptZoneRisk: true', 'acceptZoneRisk: false');
  for (const tenant of ['acme', 'globex']) editTenant(lab, tenant, 'acceptZoneRisk: true', 'acceptZoneRisk: false');
}

const subnets = `      - { name: b, cidr: 10.80.2.0/24, zone: lab-1b, create: true }
      - { name: c, cidr: 10.80.3.0/24, zone: lab-1c, create: true }
`;

/** A route table of somebody else, which a subnet uses. */
async function ownTable(lab: Lab, cidr: string): Promise<{ readonly VpcId: string; readonly id: string }> {
  const [shown] = await callEc2<ec2.DescribeSubnetsResult>(lab, [
    'DescribeSubnets',
    { Filters: [{ Name: 'cidr-block', Values: [cidr] }] },
  ]);
  const { SubnetId, VpcId = '' } = shown?.Subnets?.[0] ?? {};
  const [made] = await callEc2<ec2.CreateRouteTableResult>(lab, ['CreateRouteTable', { VpcId }]);
  const RouteTableId = made?.RouteTable?.RouteTableId ?? '';
  const [main] = await callEc2<ec2.DescribeInternetGatewaysResult>(lab, ['DescribeInternetGateways', {}]);
  const GatewayId = main?.InternetGateways?.[0]?.InternetGatewayId;
  await callEc2(
    lab,
    ['CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }],
    ['AssociateRouteTable', { RouteTableId, SubnetId }],
  );
  return { VpcId, id: RouteTableId };
}

/** The instance that each route table leads to. */
async function targets(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const [shown] = await callEc2<ec2.DescribeRouteTablesResult>(lab, ['DescribeRouteTables', {}]);
  return Object.fromEntries(
    (shown?.RouteTables ?? []).flatMap(({ RouteTableId = '', Routes }) => {
      const route = Routes?.find((one) => one.DestinationCidrBlock === `${vip}/32`);
      return route ? [[RouteTableId, route.InstanceId ?? 'none']] : [];
    }),
  );
}

/** The proxy that all route tables lead to. */
async function ownerOf(lab: Lab): Promise<string> {
  const instances = new Set(Object.values(await targets(lab)));
  const owners = (await lab.status()).hosts.filter(({ instanceId }) => instances.has(instanceId));
  expect(owners).to.have.lengthOf(1);
  return owners[0]?.name ?? '';
}

/** acme has its master in a zone without a proxy, so that only the address has to move. */
async function masterElsewhere(lab: Lab): Promise<void> {
  await until(
    'the master of acme in zone c',
    async () => {
      const master = await masterOf(lab, 'acme');
      if (master !== 'r3') await send(lab, 'acme', 'r1', sentinelPort, 'SENTINEL FAILOVER acme').catch(() => undefined);
      return master;
    },
    (master) => master === 'r3',
    240,
  );
  await heal(lab);
}

function named(host: string) {
  return { Filters: [{ Name: 'tag:Name', Values: [host] }] };
}

/** By whom a client on a host is answered. */
async function answered(lab: Lab, host: string): Promise<string> {
  const run = `timeout 5 bash -c '${script.replaceAll("'", `'\\''`)}' bash ${vip} ${ports.acme} | tail -n 1`;
  const { out } = await lab.host(host, run, `${lab.passwords.acme}\n`);
  return out.trim().split(' ')[2] ?? '';
}
