import { expect } from 'chai';
import { accountOf, callEc2, editCluster, editTenant } from './support/account.ts';
import { beginWriting, bootLab, type Lab, must, until } from './support/lab.ts';
import { masterOf, redisPort, replicasOf, send } from './support/members.ts';
import { applyNothing, figure, heal, hostOf, ports } from './support/tenants.ts';

interface Volume {
  readonly VolumeId: string;
  readonly State: string;
  readonly Attachments: readonly { readonly InstanceId: string }[];
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Redis hosts whose members are on data volumes, terminated by hand while a client writes. */
describe('data volumes', function () {
  this.timeout(1_800_000);
  let lab: Lab;

  before(async () => {
    lab = await bootLab('test-volume', 'lxc', '--empty');
    editCluster(lab, 'ami-0000000000000c006 # Bare CentOS 6.', 'ami-0000000000000d012 # Debian 12.');
    editCluster(
      lab,
      'enhancedNetworking: sriov',
      `enhancedNetworking: none
    dataVolume: { size: 4Gi }
    placementGroup: spread
    terminationProtection: true`,
    );
    // Redis can only go on where it was after a start from an RDB file.
    editTenant(lab, 'acme', '    maxmemory: 128Mi', '    maxmemory: 128Mi\n    appendonly: false');
  });
  after(() => lab?.down());

  const dataVolumes = async () => {
    const filter = [{ Name: 'tag:ec2-redis-operator/part', Values: ['data'] }];
    const [answer] = await callEc2<{ readonly Volumes: readonly Volume[] }>(lab, [
      'DescribeVolumes',
      { Filters: filter },
    ]);
    const byHost = (answer?.Volumes ?? []).map((one) => {
      const host = one.Tags.find(({ Key }) => Key === 'ec2-redis-operator/host')?.Value ?? '';
      return [host, { id: one.VolumeId, state: one.State, on: one.Attachments[0]?.InstanceId }] as const;
    });
    return Object.fromEntries(byHost);
  };
  /** Somebody lifts the protection and terminates the instance of a host; resolves once its volume is free. */
  const terminate = async (host: string) => {
    const { on: InstanceId } = (await dataVolumes())[host] ?? {};
    const answers = await callEc2(
      lab,
      ['ModifyInstanceAttribute', { InstanceId, DisableApiTermination: { Value: false } }],
      ['TerminateInstances', { InstanceIds: [InstanceId] }],
    );
    expect(answers.flatMap(({ refused }) => refused ?? [])).to.deep.equal([]);
    await until(`the volume of ${host} to be detached`, dataVolumes, (volumes) => volumes[host]?.state === 'available');
  };
  /** A field of INFO of a member. */
  const figureOf = async (tenant: 'acme' | 'globex', member: string, name: string) =>
    Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await send(lab, tenant, member, redisPort, 'INFO'))?.[1]);
  const keysOf = async (tenant: 'acme' | 'globex', member: string) =>
    Number(/^\d+$/m.exec(await send(lab, tenant, member, redisPort, 'DBSIZE'))?.[0]);
  const inside = async (member: string) =>
    (await must(lab.host(hostOf(member), `cat /var/lib/ec2-redis-operator/members/acme-${member}/identity`))).out;

  it('are created with their hosts, formatted and mounted; a second apply executes no steps', async () => {
    const began = Date.now();
    await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '20m'));
    figure(`two tenants on data volumes, from an empty account, in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    await heal(lab);
    await applyNothing(lab, 'seed');
    for (const host of ['redis-1', 'redis-2', 'redis-3']) {
      expect((await dataVolumes())[host]).to.include({ state: 'in-use' });
      const mounted = 'findmnt -no FSTYPE,TARGET /var/lib/ec2-redis-operator/members';
      expect((await must(lab.host(host, mounted))).out.trim()).to.match(/^ext4 +\/var\/lib/);
    }
  });

  it('their hosts are in one placement group, and protected: a protection that is lifted is restored', async () => {
    const attribute = async () => {
      const { on: InstanceId } = (await dataVolumes())['redis-1'] ?? {};
      const [shown] = await callEc2<{ readonly DisableApiTermination: { readonly Value: boolean } }>(lab, [
        'DescribeInstanceAttribute',
        { InstanceId, Attribute: 'disableApiTermination' },
      ]);
      return { InstanceId, on: shown?.DisableApiTermination.Value };
    };
    const { InstanceId, on } = await attribute();
    expect(on).to.equal(true);
    await callEc2(lab, ['ModifyInstanceAttribute', { InstanceId, DisableApiTermination: { Value: false } }]);
    await heal(lab);
    expect((await attribute()).on).to.equal(true);
    const [answer] = await callEc2<{
      readonly Reservations: readonly {
        readonly Instances: readonly { readonly Placement: { readonly GroupName: string } }[];
      }[];
    }>(lab, ['DescribeInstances', { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }]);
    const groups = (answer?.Reservations ?? []).flatMap(({ Instances }) =>
      Instances.map(({ Placement }) => Placement.GroupName),
    );
    expect(groups.filter((name) => name === 'seed-redis')).to.have.lengthOf(3);
  });

  it('a host of a replica is terminated: its successor has the volume, its members resynchronize partially', async () => {
    const [replica] = await replicasOf(lab, 'acme');
    const master = await masterOf(lab, 'acme');
    const host = hostOf(replica);
    const before = { volume: (await dataVolumes())[host], identity: await inside(replica) };
    const syncs = async () => ({
      full: await figureOf('acme', master, 'sync_full'),
      partial: await figureOf('acme', master, 'sync_partial_ok'),
    });
    const earlier = await syncs();
    const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
    await terminate(host);
    const began = Date.now();
    await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '8m'));
    figure(`a successor with the data of its predecessor in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    const { acknowledged, lostAcknowledged, lostPlain } = await writer.stop();
    figure(`${lostAcknowledged} of ${acknowledged} acknowledged writes lost`);
    expect([lostAcknowledged, lostPlain]).to.deep.equal([0, 0]);
    await heal(lab);
    const after = (await dataVolumes())[host];
    expect(after?.id).to.equal(before.volume?.id);
    expect(after?.on).to.not.equal(before.volume?.on);
    expect(await inside(replica)).to.equal(before.identity);
    expect(await masterOf(lab, 'acme')).to.equal(master);
    const later = await syncs();
    figure(`synchronizations: ${later.partial - earlier.partial} partial, ${later.full - earlier.full} full`);
    expect(later).to.deep.equal({ full: earlier.full, partial: earlier.partial + 1 });
    expect(await keysOf('acme', replica)).to.equal(await keysOf('acme', master));
    await applyNothing(lab, 'seed');
  });

  it('the host of a master is terminated: another one takes over, and no acknowledged write is lost', async () => {
    const master = await masterOf(lab, 'acme');
    const host = hostOf(master);
    const volume = (await dataVolumes())[host];
    const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
    await terminate(host);
    await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '8m'));
    const { acknowledged, lostAcknowledged, longestGapMs } = await writer.stop();
    figure(
      `${lostAcknowledged} of ${acknowledged} acknowledged writes lost, ${(longestGapMs / 1000).toFixed(1)} s the longest gap`,
    );
    expect(lostAcknowledged).to.equal(0);
    await heal(lab);
    expect((await dataVolumes())[host]?.id).to.equal(volume?.id);
    const [now, again] = [await masterOf(lab, 'acme'), master];
    expect(await keysOf('acme', again)).to.equal(await keysOf('acme', now));
    await applyNothing(lab, 'seed');
  });

  it('a volume that was deleted is not replaced by an empty one', async () => {
    const [replica] = await replicasOf(lab, 'acme');
    const host = hostOf(replica);
    const { id } = (await dataVolumes())[host] ?? {};
    await terminate(host);
    await callEc2(lab, ['DeleteVolume', { VolumeId: id }]);
    const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '8m');
    expect(code, out).to.equal(2);
    expect(out).to.contain(`${id} is gone`);
    expect((await dataVolumes())[host]).to.equal(undefined);
    const command = /aws ec2 create-tags --resources (i-\w+) --tags Key=([^,]+),Value=(without-vol-\w+)/.exec(out);
    const [, instance = '', Key = '', Value = ''] = command ?? expect.fail(out);
    await callEc2(lab, ['CreateTags', { Resources: [instance], Tags: [{ Key, Value }] }]);
    await heal(lab);
    expect((await dataVolumes())[host]).to.include({ state: 'in-use' });
  });

  it('delete leaves nothing', async () => {
    const { code, out } = await lab.reconcile('delete', '-f', lab.documents, '--confirm', 'seed', '--now');
    expect(code, out).to.equal(0);
    // EC2 shows a volume for a moment as `deleting`.
    await until(
      'the account to be empty',
      async () => Object.values(await accountOf(lab)).flat(),
      (left) => left.length === 0,
    );
    const [groups] = await callEc2<{ readonly PlacementGroups?: readonly object[] }>(lab, [
      'DescribePlacementGroups',
      {},
    ]);
    expect(groups?.PlacementGroups ?? []).to.deep.equal([]);
  });
});
