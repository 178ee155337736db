import { expect } from 'chai';
import { callEc2, editCluster, editTenant } from './support/account.ts';
import { underClients } from './support/clients.ts';
import { observe } from './support/findings.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';
import { client, view } from './support/tenants.ts';

interface Instances {
  readonly Reservations: readonly { readonly Instances: readonly { readonly InstanceId: string }[] }[];
}

/** Members that join, move and leave, and hosts that are lost for good, while a client writes through the VIP. Five Redis hosts. */
describe('members and hosts that come and go', function () {
  this.timeout(1_800_000);
  let lab: Lab;

  before(async () => {
    lab = await bootLab('test-moves', 'lxc', '--empty');
    editCluster(lab, 'ami-0000000000000c006 # Bare CentOS 6.', 'ami-0000000000000d012 # Debian 12.');
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
    editCluster(
      lab,
      '    - name: proxy-1\n',
      `    - { name: redis-4, role: redis, create: { subnet: a, address: 10.80.1.14 } }
    - { name: redis-5, role: redis, create: { subnet: b, address: 10.80.2.15 } }
    - name: proxy-1\n`,
    );
  });
  after(() => lab?.down());

  /** Until the tenant has so many members, all of them in order, and plan reports no differences. */
  const settled = async (members: number) => {
    await until(
      `acme with ${members} members`,
      () => view(lab, 'acme'),
      (one) =>
        one.reason === 'AllInOrder' &&
        one.replicasInSync === `${members - 1}/${members - 1}` &&
        one.sentinelsAgree === `${members}/${members}`,
    );
    await until(
      'plan to report no differences',
      () => observe(lab),
      ({ code }) => code === 0,
    );
  };
  const apply = () => must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '8m'));
  /** What members left behind is shown, and nothing is done. */
  const nothingToDo = async () => expect((await apply()).out).to.match(/in order \(0 steps done/);
  const underWriter = async (what: string, act: () => Promise<unknown>, lost = 0) =>
    expect((await underClients(lab, what, act)).lostPlain).to.be.at.most(lost);
  const place = (member: string, from: string, to: string) =>
    editTenant(
      lab,
      'acme',
      new RegExp(`(name: ${member}\\n\\s+host: )${from}\\b`),
      `name: ${member}\n      host: ${to}`,
    );
  const onHost = async (host: string, member: string) =>
    (await lab.host(host, `lxc-info -n acme-${member} -s -H 2>/dev/null || echo none`)).out.trim();
  const master = async () => (await view(lab, 'acme')).master;
  const instanceOf = async (host: string) => {
    const filter = [
      { Name: 'tag:ec2-redis-operator/host', Values: [host] },
      { Name: 'instance-state-name', Values: ['running'] },
    ];
    const [found] = await callEc2<Instances>(lab, ['DescribeInstances', { Filters: filter }]);
    const [id] = (found?.Reservations ?? []).flatMap(({ Instances }) => Instances.map(({ InstanceId }) => InstanceId));
    return id;
  };
  const terminate = async (host: string) => {
    const id = await instanceOf(host);
    const answers = await callEc2(
      lab,
      ['ModifyInstanceAttribute', { InstanceId: id, DisableApiTermination: { Value: false } }],
      ['TerminateInstances', { InstanceIds: [id] }],
    );
    expect(answers.flatMap(({ refused }) => refused ?? [])).to.deep.equal([]);
  };

  it('five Redis hosts, and two tenants with three members each', async () => {
    await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '20m'));
    await settled(3);
  });

  it('three members become five', async () => {
    editTenant(
      lab,
      'acme',
      '      address: 10.101.0.13\n',
      `      address: 10.101.0.13
    - { name: r4, host: redis-4, address: 10.101.0.14 }
    - { name: r5, host: redis-5, address: 10.101.0.15 }\n`,
    );
    await underWriter('3 to 5 members', apply);
    await settled(5);
    await nothingToDo();
  });

  it('five become three, and one of them that leaves is the master', async () => {
    const { code, out, err } = await lab.reconcile('failover', 'acme', '--to', 'r5', '-f', lab.documents);
    expect(code, out + err).to.equal(0);
    editTenant(lab, 'acme', /\n +- \{ name: r4,.*\n +- \{ name: r5,.*/, '');
    const planned = await observe(lab);
    const leaving = planned.findings.filter(({ reason }) => reason === 'MemberLeaves');
    expect(leaving.map(({ subject }) => subject)).to.deep.equal([
      'container/acme-r4@departure',
      'container/acme-r5@departure',
    ]);
    await underWriter('5 to 3 members', apply);
    await settled(3);
    expect([await onHost('redis-4', 'r4'), await onHost('redis-5', 'r5')]).to.deep.equal(['none', 'none']);
    await nothingToDo();
  });

  it('a replica moves to another host, and its former copy is kept', async () => {
    const which = (await master()) === 'r1' ? 'r2' : 'r1';
    const from = `redis-${which.slice(1)}`;
    place(which, from, 'redis-4');
    await underWriter('a replica moved', apply);
    await settled(3);
    expect(await onHost('redis-4', which)).to.equal('RUNNING');
    expect(await onHost(from, which)).to.equal('none');
    expect((await lab.host(from, `ls /var/lib/ec2-redis-operator/members/acme-${which}/rootfs.img`)).code).to.equal(0);
    await nothingToDo();
    place(which, 'redis-4', from);
    await underWriter('and back', apply);
    await settled(3);
    await nothingToDo();
  });

  it('the member with the master moves; apply is killed on the way, and the next one finishes', async () => {
    const which = await master();
    const from = `redis-${which.slice(1)}`;
    place(which, from, 'redis-5');
    await underWriter('the master moved', async () => {
      for (const host of [from, 'redis-5']) {
        const was = await onHost(host, which);
        const run = lab.begin('apply', '-f', lab.documents);
        await until(
          `another state of ${which} on ${host}`,
          () => onHost(host, which),
          (state) => state !== was,
          300,
        );
        await run.end();
      }
      await apply();
    });
    await settled(3);
    expect(await onHost('redis-5', which)).to.equal('RUNNING');
    await nothingToDo();
    place(which, 'redis-5', from);
    await apply();
    await settled(3);
  });

  it('a host is drained, works again, and nothing moves back', async () => {
    const host = `redis-${(await master()).slice(1)}`;
    await underWriter('a Redis host drained', async () => {
      const { code, out, err } = await lab.reconcile('drain', host, '--for', '30m', '-f', lab.documents);
      expect(code, out + err).to.equal(0);
    });
    expect(`redis-${(await master()).slice(1)}`).not.to.equal(host);
    const reasons = (await observe(lab)).findings.map(({ reason }) => reason);
    expect(reasons).to.include('Drained').and.not.include('MasterOnDrainedHost');
    const uptime = async () => Number((await lab.host(host, 'ps -o etimes= -p 1')).out || Number.POSITIVE_INFINITY);
    const before = await uptime();
    await callEc2(lab, ['RebootInstances', { InstanceIds: [await instanceOf(host)] }]);
    await until(`${host} to have booted`, uptime, (seconds) => seconds < before);
    await settled(3);
    await must(lab.reconcile('uncordon', host, '-f', lab.documents));
    expect((await observe(lab)).findings.map(({ reason }) => reason)).to.not.include('Drained');
    expect(`redis-${(await master()).slice(1)}`).not.to.equal(host);
    await underWriter('a proxy drained', async () => {
      const { vipOwner } = await view(lab, 'acme');
      await must(lab.reconcile('drain', vipOwner, '--for', '30m', '-f', lab.documents));
      expect((await view(lab, 'acme')).vipOwner).not.to.equal(vipOwner);
      await must(lab.reconcile('uncordon', vipOwner, '-f', lab.documents));
    });
    await nothingToDo();
  });

  it('a Redis host is lost for good, and replaced at another address: one line is edited', async () => {
    await underWriter('a Redis host replaced', async () => {
      await terminate('redis-3');
      editCluster(lab, '10.80.2.13', '10.80.2.33');
      await apply();
    });
    await settled(3);
    await nothingToDo();
  });

  it('a proxy is lost for good, and replaced', async () => {
    await underWriter('a proxy replaced', async () => {
      await terminate('proxy-1');
      await apply();
    });
    await settled(3);
    await nothingToDo();
    const { code, out, err } = await client(lab, 'acme', lab.passwords.acme);
    expect(code, out + err).to.equal(0);
  });
});
