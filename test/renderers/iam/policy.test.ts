import { expect } from 'chai';
import type { Fleet, Origin } from '../../../crds/fleet.ts';
import { type Holder, policiesFor, splitPolicy } from '../../../renderers/iam/policy.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });
const adopted = fleetOf(plainFleet);
const statementsOf = (holder: Holder, fleet: Fleet) => policiesFor(holder, fleet).flatMap(({ Statement }) => Statement);
const actionsOf = (holder: Holder, fleet: Fleet) =>
  statementsOf(holder, fleet).flatMap(({ Action }) => Action.map((one) => one.replace('ec2:', '')));
const sidsOf = (holder: Holder, fleet: Fleet) => statementsOf(holder, fleet).map(({ Sid }) => Sid);
const withNetwork = (fleet: Fleet, network: Partial<Fleet['cluster']['network']>): Fleet => ({
  ...fleet,
  cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, ...network } },
});
const ownTag = { 'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful' };

describe('IAM policies', () => {
  it('have statements with stable ids', () => {
    expect(sidsOf('proxy', created)).to.deep.equal(['Describe', 'MoveVip']);
    expect(sidsOf('operator', adopted)).to.deep.equal(['Describe', 'MoveVip']);
    expect(sidsOf('operator', created)).to.deep.equal([
      'Describe',
      'MoveVip',
      'CreateTagged',
      'ManageTagged',
      'RouteInMainTable',
      'UseLaunchInputs',
      'TagHosts',
      'TagOnCreate',
      'TagLater',
      'ReadQuotas',
    ]);
  });

  it('let an overlay address be routed, in declared tables or in the adopted VPC only', () => {
    const overlaid = fleetOf({ ...plainFleet, adopt: 'create', overlay: true });
    const routing = (fleet: Fleet, holder: Holder = 'proxy') =>
      statementsOf(holder, fleet).filter(({ Action }) => Action.some((one) => one.endsWith('Route')));
    const any = 'arn:aws:ec2:lab-1:*:route-table/*';
    expect(sidsOf('proxy', overlaid)).to.deep.equal(['Describe', 'RouteVip']);
    expect(actionsOf('proxy', overlaid)).to.deep.equal([
      'DescribeInstances',
      'DescribeNetworkInterfaces',
      'DescribeRouteTables',
      'CreateRoute',
      'ReplaceRoute',
    ]);
    expect(routing(overlaid).map(({ Resource }) => Resource)).to.deep.equal([any]);
    expect(
      routing(overlaid, 'operator')
        .slice(-1)
        .map(({ Sid, Action }) => [Sid, Action]),
    ).to.deep.equal([['RouteVip', ['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute']]]);
    const inVpc = withNetwork(overlaid, { vpc: { adopt: { id: 'vpc-1' } } });
    expect(routing(inVpc).map(({ Condition }) => Condition?.['ArnLike'])).to.deep.equal([
      { 'ec2:Vpc': 'arn:aws:ec2:lab-1:*:vpc/vpc-1' },
    ]);
    const declared = {
      ...inVpc,
      proxyPairs: inVpc.proxyPairs.map((pair) => ({ ...pair, overlay: { routeTables: ['rtb-1', 'rtb-2'] } })),
    };
    expect(routing(declared).map(({ Resource }) => Resource)).to.deep.equal([
      ['rtb-1', 'rtb-2'].map((id) => `arn:aws:ec2:lab-1:*:route-table/${id}`),
    ]);
  });

  it('name adopted parts by their ids, and by their tags a statement a key', () => {
    const tag = (key: string, value: string): Origin => ({ adopt: { tag: { key, value } } });
    const [subnet] = created.cluster.network.subnets;
    if (!subnet) throw new Error('no subnet');
    const subnets = [{ adopt: { id: 'subnet-1' } }, tag('Name', 'a'), tag('Name', 'b'), tag('tier', 'db')].map(
      (origin, index) => ({ ...subnet, name: `s${index}`, origin }),
    );
    const fleet = withNetwork(created, { vpc: { adopt: { id: 'vpc-1' } }, subnets });
    const shown = statementsOf('operator', fleet).filter(({ Sid }) => Sid.startsWith('UseAdopted'));
    const region = { 'aws:RequestedRegion': 'lab-1' };
    expect(shown.map(({ Sid, Resource, Condition }) => [Sid, Resource, Condition?.['StringEquals']])).to.deep.equal([
      ['UseAdoptedVpc', 'arn:aws:ec2:lab-1:*:vpc/vpc-1', region],
      ['UseAdoptedSubnets', 'arn:aws:ec2:lab-1:*:subnet/subnet-1', region],
      ['UseAdoptedSubnets2', 'arn:aws:ec2:lab-1:*:subnet/*', { ...region, 'aws:ResourceTag/Name': ['a', 'b'] }],
      ['UseAdoptedSubnets3', 'arn:aws:ec2:lab-1:*:subnet/*', { ...region, 'aws:ResourceTag/tier': 'db' }],
    ]);
  });

  it('allow EC2 to use the declared KMS keys: by ARN, by id and by alias', () => {
    const keys = ['alias/redis', 'arn:aws:kms:lab-1:123456789012:key/k1', 'k2'];
    const hosts = created.cluster.hosts.map((host, index) =>
      'create' in host.origin
        ? {
            ...host,
            origin: {
              create: {
                ...host.origin.create,
                rootVolume: { ...host.origin.create.rootVolume, kmsKey: keys[index % keys.length] },
              },
            },
          }
        : host,
    );
    const fleet = { ...created, cluster: { ...created.cluster, hosts } };
    const shown = statementsOf('operator', fleet).filter(({ Sid }) => Sid.startsWith('UseKmsKeys'));
    const through = { 'aws:RequestedRegion': 'lab-1', 'kms:ViaService': 'ec2.lab-1.amazonaws.com' };
    expect(shown.map(({ Resource, Condition }) => [Resource, Condition])).to.deep.equal([
      [['arn:aws:kms:lab-1:123456789012:key/k1', 'arn:aws:kms:lab-1:*:key/k2'], { StringEquals: through }],
      [
        'arn:aws:kms:lab-1:*:key/*',
        { StringEquals: through, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/redis'] } },
      ],
    ]);
    expect(shown[0]?.Action).to.include.members(['kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext']);
    expect(sidsOf('operator', created)).to.not.include('UseKmsKeys');
  });

  it('have ARNs in the partition of the region', () => {
    const inRegion = (region: string): Fleet => ({
      ...created,
      cluster: { ...created.cluster, aws: { ...created.cluster.aws, region } },
    });
    const arnsIn = (region: string) =>
      statementsOf('operator', inRegion(region))
        .flatMap(({ Resource }) => Resource)
        .filter((one) => one !== '*');
    for (const [region, partition] of [
      ['eu-central-1', 'aws'],
      ['cn-north-1', 'aws-cn'],
      ['us-gov-west-1', 'aws-us-gov'],
    ] as const)
      for (const one of arnsIn(region)) expect(one).to.match(new RegExp(`^arn:${partition}:ec2:${region}:`));
  });

  it('allow no change but the move of the VIP where everything is adopted', () => {
    const all = actionsOf('operator', adopted);
    expect(all).to.include('DescribeInstanceTypes');
    expect(all.filter((one) => !one.startsWith('Describe'))).to.deep.equal(['AssignPrivateIpAddresses']);
  });

  it('allow a proxy to find the VIP and to move it, only to interfaces with the tag where those are created', () => {
    const [describeVip, moveVip] = statementsOf('proxy', created);
    expect(describeVip?.Action).to.deep.equal(['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces']);
    expect(moveVip?.Action).to.deep.equal(['ec2:AssignPrivateIpAddresses']);
    expect(moveVip?.Condition?.['StringEquals']).to.deep.equal({ 'aws:RequestedRegion': 'lab-1', ...ownTag });
    expect(statementsOf('proxy', adopted)[1]?.Condition?.['StringEquals']).to.deep.equal({
      'aws:RequestedRegion': 'lab-1',
    });
  });

  it('allow the operator to read the console output of created hosts where host keys come from it', () => {
    const reads = (fleet: Fleet, hostKeys: Fleet['cluster']['ssh']['hostKeys']) =>
      actionsOf('operator', {
        ...fleet,
        cluster: { ...fleet.cluster, ssh: { ...fleet.cluster.ssh, hostKeys } },
      }).includes('GetConsoleOutput');
    expect(reads(created, 'console')).to.equal(true);
    expect([reads(created, 'strict'), reads(created, 'accept-new'), reads(adopted, 'console')]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });

  it('allow the operator to read the template in S3, and nothing else there', () => {
    const read = fleetOf({ ...plainFleet, template: 'downloaded' });
    expect(statementsOf('operator', read).find(({ Sid }) => Sid === 'ReadTemplate')).to.deep.equal({
      Sid: 'ReadTemplate',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: 'arn:aws:s3:::templates/bookworm.tar.gz',
    });
  });

  it('change and delete only what has the tag of the Cluster', () => {
    const dangerous = statementsOf('operator', created).filter(({ Action }) =>
      Action.some((one) => /:(Delete|Terminate|Stop|Modify|Revoke)/.test(one)),
    );
    expect(dangerous.length).to.be.greaterThan(0);
    for (const { Sid, Condition } of dangerous)
      expect(Condition?.['StringEquals'], Sid).to.include({ 'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful' });
  });

  it('tag existing hosts with the marks of this operator only', () => {
    expect(statementsOf('operator', created).find(({ Sid }) => Sid === 'TagHosts')?.Condition).to.deep.equal({
      StringEquals: { 'aws:RequestedRegion': 'lab-1', ...ownTag },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['ec2-redis-operator/driver', 'ec2-redis-operator/retired'] },
    });
  });

  it('are split where one would be longer than IAM accepts, in order and without loss', () => {
    const all = statementsOf('operator', created);
    expect(splitPolicy(all)).to.have.length(1);
    const parts = splitPolicy(all, 1200);
    expect(parts.length).to.be.greaterThan(1);
    for (const part of parts) expect(JSON.stringify(part).length).to.be.at.most(1200);
    expect(parts.flatMap(({ Statement }) => Statement)).to.deep.equal(all);
  });
});
