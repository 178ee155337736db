import { expect } from 'chai';
import type { LabStatus } from '../../lab/daemon/status.ts';
import { accountOf, editCluster } from './support/account.ts';
import { applying, moments } from './support/applying.ts';
import { expectFinding, observe } from './support/findings.ts';
import { beginWriting, bootLab, type Lab, must } from './support/lab.ts';
import { figure, heal, ports } from './support/tenants.ts';

const whole = { vpcs: 1, subnets: 2, gateways: 1, groups: 1, interfaces: 5, volumes: 5, instances: 5 };
/** `LAB_KILLS`: how many of the 25 moments are tried; default: all. */
const every = Math.ceil(25 / Number(process.env['LAB_KILLS'] ?? 25));

/** examples/seed is created while EC2 misbehaves, and while the operator is killed: the result is the same each time, and nothing is created twice. */
describe('from nothing, with faults', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let measured = { steps: 120, passes: 20 };

  const fault = (...words: readonly string[]) => must(lab.command('fault', '--name', lab.name, ...words));
  const counts = async () =>
    Object.fromEntries(Object.entries(await accountOf(lab)).map(([kind, list]) => [kind, list.length]));
  const empty = async () => {
    await must(lab.command('down', '--name', lab.name));
    await must(lab.command('up', '--name', lab.name, '--empty'));
  };

  before(async () => {
    lab = await bootLab('test-creation', 'openvz', '--empty');
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  });
  after(() => lab?.down());

  it('throttled to the published buckets, half a minute behind, and every tenth reply lost after the call', async () => {
    await fault('api-buckets');
    await fault('api-eventual', '30');
    await fault('api-lossy', '10');
    const begun = Date.now();
    const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20m');
    figure(`throttled, behind and lossy: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    expect(code, out).to.equal(0);
    const { out: status } = await lab.command('status', '--name', lab.name, '-o', 'json');
    const { ec2Refused } = JSON.parse(status) as LabStatus;
    for (const [action, times] of Object.entries(ec2Refused)) expect(times, action).to.be.at.most(5);
    await must(lab.command('heal', '--name', lab.name));
    await heal(lab);
    expect(await counts()).to.deep.equal(whole);
  });

  it('SR-IOV requires manual action if the kernel that boots next lacks the driver', async () => {
    editCluster(lab, 'enhancedNetworking: none', 'enhancedNetworking: sriov');
    const list = '/lib/modules/2.6.32-042stab145.3/modules.dep';
    await must(lab.host('redis-2', `mv ${list} /root`));
    const { code, out, findings } = await observe(lab);
    expect(code, out).to.equal(1);
    expectFinding(findings, {
      subject: 'host/redis-2@driver',
      reason: 'DriverMissing',
      by: 'manual',
      field: 'driver ixgbevf',
    });
    await must(lab.host('redis-2', `mv /root/modules.dep ${list}`));
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  });

  it('SR-IOV is enabled while a client writes: one host at a time, and no acknowledged write is lost', async () => {
    editCluster(lab, 'enhancedNetworking: none', 'enhancedNetworking: sriov');
    const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
    const { out } = await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '12m'));
    const { acknowledged, lostAcknowledged, longestGapMs } = await writer.stop();
    figure(
      `SR-IOV: ${lostAcknowledged} of ${acknowledged} acknowledged writes lost, ${(longestGapMs / 1000).toFixed(1)} s the longest gap`,
    );
    expect(lostAcknowledged).to.equal(0);
    const lines = out.split('\n');
    const prepared = lines.flatMap((line) => /(redis-\d): put ixgbevf into the initramfs/.exec(line)?.[1] ?? []);
    expect([...new Set(prepared)].sort()).to.deep.equal(['redis-1', 'redis-2', 'redis-3']);
    const order = lines.flatMap(
      (line) => /: (stop|enable SR-IOV on|start) i-\w+ of ([\w-]+)/.exec(line)?.slice(1, 3).join(' ') ?? [],
    );
    const hosts = ['proxy-1', 'proxy-2', 'redis-1', 'redis-2', 'redis-3'];
    expect(order).to.deep.equal(
      hosts.flatMap((host) => ['stop', 'enable SR-IOV on', 'start'].map((step) => `${step} ${host}`)),
    );
    for (const instance of (await accountOf(lab))['instances'] ?? []) expect(instance).to.include({ sriov: 'simple' });
    await heal(lab);
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  });

  it('without faults, for the number of steps', async () => {
    await empty();
    const { code, out, done, passes } = await applying(lab);
    expect(code, out).to.equal(0);
    measured = { steps: done.length, passes };
  });

  it('killed at any moment: the next apply finishes, and nothing is orphaned or created twice', async function () {
    this.timeout(7_200_000);
    const tried = moments(measured.steps, measured.passes, every);
    for (const moment of tried) {
      const where = `killed at ${moment.when} ${moment.count}`;
      await empty();
      await applying(lab, moment);
      const second = await applying(lab);
      expect(second.code, `${where}: ${second.out}`).to.equal(0);
      expect(await counts(), where).to.deep.equal(whole);
      await heal(lab);
      figure(`${where}: finished by the next apply`);
    }
    figure(`a creation of ${measured.steps} steps, killed at ${tried.length} moments`);
  });
});
