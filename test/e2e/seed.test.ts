import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { markers } from '../../renderers/lib/markers.ts';
import { vpcNetworkSuite } from './suites/vpc-network.ts';
import { accountOf, callEc2, editCluster } from './support/account.ts';
import { expectFinding, observe } from './support/findings.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { applyNothing, figure, heal, ports, view } from './support/tenants.ts';

const whole = { vpcs: 1, subnets: 2, gateways: 1, groups: 1, interfaces: 5, volumes: 5, instances: 5 };

/** What `npm run test:long` tries in addition, on the same account. */
const further: (title: string, test: () => Promise<void>) => void = process.env['LONG'] ? it : () => {};

/** examples/seed, from an empty account to two tenants, and back. */
describe('from nothing', function () {
  this.timeout(900_000);
  let lab: Lab;

  before(async () => {
    lab = await bootLab('test-seed', 'openvz', '--empty');
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  });
  after(() => lab?.down());

  const counts = async () =>
    Object.fromEntries(Object.entries(await accountOf(lab)).map(([kind, list]) => [kind, list.length]));
  const get = async (tenant: 'acme' | 'globex') => view(lab, tenant);

  it('plan shows what would be created, and creates nothing', async () => {
    const { code, out } = await lab.reconcile('plan', '-f', lab.documents);
    expect(code, out).to.equal(1);
    expect(out).to.match(/create VPC seed-vpc \(10\.80\.0\.0\/16\)/);
    expect(Object.values(await counts()).every((count) => count === 0)).to.equal(true);
  });

  it('apply creates VPC, subnets, gateway, security group, five instances, and two tenants on them', async () => {
    const began = Date.now();
    const { out } = await must(lab.reconcile('apply', '-f', lab.documents));
    expect(out).to.match(/seed: in order/);
    figure(`from an empty account to two tenants in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    await heal(lab);
    expect(await counts()).to.deep.equal(whole);
  });

  it('a second apply executes no steps', async () => {
    await applyNothing(lab, 'seed');
  });

  it('the Redis hosts are CentOS 6 as prepared for OpenVZ: its kernel and tools, no SELinux, no iptables', async () => {
    const facts = 'uname -r; getenforce; rpm -q vzkernel vzctl vzquota ploop openvswitch ntp | wc -l; rpm -q nothing';
    const services =
      'for one in openvswitch vz ntpd iptables; do chkconfig $one && echo "$one on" || echo "$one off"; done';
    for (const host of ['redis-1', 'redis-2', 'redis-3'])
      expect((await lab.host(host, `${services}; ${facts}`)).out.trim().split('\n')).to.deep.equal([
        ...['openvswitch on', 'vz on', 'ntpd on', 'iptables off'],
        ...['2.6.32-042stab145.3', 'Disabled', '6', 'package nothing is not installed'],
      ]);
  });

  further('a declared repository is added with its key, which must be the declared one', async () => {
    const sha256 = (await must(lab.host('redis-1', 'sha256sum </srv/packages/key.asc'))).out.split(' ')[0] ?? '';
    const declared = (digest: string) =>
      `    repositories:\n      - name: ours\n        system: centos-6\n        url: file:///srv/packages\n        key: { url: "file:///srv/packages/key.asc", sha256: ${digest} }\n`;
    editCluster(lab, '    mode: install\n', `    mode: install\n${declared('0'.repeat(64))}`);
    const refused = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20s');
    expect(refused.out).to.match(
      /FAILED redis-1: .*the file at file:\/\/\/srv\/packages\/key\.asc is not the declared key/,
    );
    editCluster(lab, declared('0'.repeat(64)), declared(sha256));
    await heal(lab);
    const list = await must(lab.host('redis-2', 'cat /etc/yum.repos.d/ec2-redis-ours.repo; yum -q -y install ploop'));
    expect(list.out)
      .to.contain('gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-ec2-redis-ours')
      .and.contain('ploop-1.15-1 already');
    editCluster(lab, declared(sha256), '');
  });

  if (process.env['LONG']) vpcNetworkSuite(() => lab);

  it('known_hosts contains the keys from the consoles of the instances, and no others', async () => {
    expect(knownInstances()).to.deep.equal(await instancesByAddress());
  });

  further('a terminated host is created again, with its new key in known_hosts', async () => {
    const before = await instancesByAddress();
    await callEc2(lab, ['TerminateInstances', { InstanceIds: [before['10.80.1.22']] }]);
    const began = Date.now();
    await must(lab.reconcile('apply', '-f', lab.documents));
    figure(`a terminated proxy, created again in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    await heal(lab);
    const after = await instancesByAddress();
    expect(after['10.80.1.22']).not.to.equal(before['10.80.1.22']);
    expect(after).to.deep.equal({ ...before, '10.80.1.22': after['10.80.1.22'] });
    expect(knownInstances()).to.deep.equal(after);
    expect(await counts()).to.deep.equal(whole);
  });

  further('delete first stops and keeps everything; the data is kept until it serves again', async () => {
    const key = ['set', 'kept', 'yes'];
    expect((await client('acme', ...key)).trim()).to.equal('OK');
    const shown = await lab.reconcile('delete', '-f', lab.documents);
    expect(shown.code, shown.out).to.equal(1);
    expect(shown.out).to.match(/Nothing was done\. To do it: .*--confirm seed/);
    const { out } = await must(lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed'));
    expect(out).to.match(/seed: stopped and kept/);
    const { instances = [] } = await accountOf(lab);
    expect(instances.map(({ state }) => state)).to.deep.equal(Array.from({ length: 5 }, () => 'stopped'));
    const again = await must(lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed'));
    expect(again.out).to.match(/stopped and kept \(0 steps done\)/);
    const refused = await lab.reconcile('apply', '-f', lab.documents);
    expect(refused.code, refused.out).to.equal(2);
    const { findings } = await observe(lab);
    for (const { id, tags } of instances)
      expectFinding(findings, {
        subject: `instance/${tags[markers.ec2Host]}`,
        reason: 'InstanceRetired',
        by: 'manual',
        message: new RegExp(`aws ec2 delete-tags --resources ${id} `),
      });
    await must(lab.run([process.execPath, 'test/e2e/support/untag.mjs', ...instances.map(({ id }) => id)]));
    await heal(lab);
    expect((await get('acme')).ready).to.equal('True');
    expect((await client('acme', 'get', 'kept')).trim()).to.equal('yes');
  });

  further('adopted resources are not changed, and reported as adopted', async () => {
    const account = await accountOf(lab);
    const idOf = (kind: string, name: string) => account[kind]?.find(({ tags }) => tags['Name'] === name)?.id ?? '';
    const ids = {
      vpc: idOf('vpcs', 'seed-vpc'),
      subnet: idOf('subnets', 'seed-subnet-a'),
      group: idOf('groups', 'seed-security-group'),
      instance: idOf('instances', 'proxy-2'),
    };
    const file = join(lab.documents, 'cluster.yaml');
    const created = readFileSync(file, 'utf8');
    const swap = (from: RegExp, to: string) => editCluster(lab, from, to);
    swap(/vpc: \{ create: true \}/, `vpc: { adopt: { id: ${ids.vpc} } }`);
    swap(/zone: lab-1a, create: true/, `zone: lab-1a, adopt: { id: ${ids.subnet} }`);
    swap(/securityGroup:\n( +)create: true/, `securityGroup:\n      adopt: { id: ${ids.group} }`);
    swap(/\n +sshFrom: .*/, '');
    swap(/\n +clientsFrom: .*/, '');
    swap(
      /(name: proxy-2\n +role: proxy\n +)create: .*/,
      `name: proxy-2\n      role: proxy\n      adopt: { instanceId: ${ids.instance} }`,
    );
    try {
      const { out } = await must(lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed', '--now'));
      for (const id of Object.values(ids)) expect(out).to.match(new RegExp(`${id}.*adopted`));
      const left = await accountOf(lab);
      expect(left['instances']).to.deep.equal(account['instances']?.filter(({ id }) => id === ids.instance));
      expect([left['vpcs'], left['subnets'], left['groups']].map((list) => list?.map(({ id }) => id))).to.deep.equal([
        [ids.vpc],
        [ids.subnet],
        [ids.group],
      ]);
      expect((await lab.host('proxy-2', 'ls /etc/ec2-redis-operator/haproxy')).code).to.equal(0);
    } finally {
      writeFileSync(file, created);
    }
  });

  it('with --now delete destroys everything: the account is empty', async () => {
    const { out } = await must(lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed', '--now'));
    expect(out).to.match(/nothing of it is left in EC2/);
    expect(
      Object.values(await counts()).every((count) => count === 0),
      JSON.stringify(await counts()),
    ).to.equal(true);
  });

  async function instancesByAddress(): Promise<Readonly<Record<string, string>>> {
    const { instances = [] } = await accountOf(lab);
    const cluster = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
    const addresses = cluster.matchAll(/name: ((?:redis|proxy)-\d)[\s\S]*?address: ([\d.]+)/g);
    const hosts = new Map([...addresses].map(([, name, address]) => [name, address]));
    const own = ({ tags }: (typeof instances)[number]) => hosts.get(tags['ec2-redis-operator/host']) ?? 'unknown';
    return Object.fromEntries(instances.map((one) => [own(one), one.id]));
  }

  /** The instances in the known_hosts file of the documents, by address; each host has one key. */
  function knownInstances(): Readonly<Record<string, string>> {
    const [, file = ''] = /knownHosts: (.*)/.exec(readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8')) ?? [];
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const entries = lines.map((line) => /^([\d.]+) ssh-ed25519 \S+ ec2-redis-operator\/instance=(i-\w+)$/.exec(line));
    expect(entries).to.have.length(5);
    return Object.fromEntries(entries.map((found) => [found?.[1], found?.[2]]));
  }

  async function client(tenant: 'acme' | 'globex', ...words: readonly string[]): Promise<string> {
    const script = ['test/e2e/support/client.mjs', '10.80.1.100', String(ports[tenant]), ...words];
    return (await must(lab.run([process.execPath, ...script], `${lab.passwords[tenant]}\n`))).out;
  }
});
