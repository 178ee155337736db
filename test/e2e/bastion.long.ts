import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { accountOf, callEc2, type Ec2Call } from './support/account.ts';
import { awsExample, laptopOf } from './support/aws-example.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';

const OUTSIDE = '203.0.113.10';
const everywhere = { DestinationCidrBlock: '0.0.0.0/0' };

/**
 * examples/aws from a machine on the internet, in a VPC of somebody else, with a bastion in its public subnet. The Redis hosts are in private
 * subnets, and the proxies in the public one, where an Elastic IP address can lead to the VIP.
 */
describe('a Cluster behind a bastion', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  const { outside, reconcile } = laptopOf(() => lab);
  let vpc = { id: '', gateway: '', subnet: '', bastion: '' };
  let before_: readonly string[] = [];

  before(async () => {
    lab = await bootLab('test-bastion', 'lxc', '--empty');
    vpc = await ground();
    before_ = await existing();
  });
  after(() => lab?.down());

  const documentsWith = (egress: string, image = 'ami-000000000000cb012') =>
    awsExample(
      lab,
      [
        ['ami-0123456789abcdef0', image],

        ['vpc: { create: true }', `vpc: { adopt: { id: ${vpc.id} } }`],
        ['internetGateway: { create: true }', `internetGateway: { adopt: { id: ${vpc.gateway} } }`],
        ['    egress: { publicAddresses: true }', egress && `    egress: ${egress}`],
        [
          '    subnets:\n',
          `    subnets:\n      - { name: public, cidr: 10.80.9.0/24, zone: eu-central-1a, adopt: { id: ${vpc.subnet} } }\n`,
        ],
        ['sshFrom: [203.0.113.10/32]', 'sshFrom: [10.80.9.10/32]'],
        ['reach: public', `reach: jump\n    jump: { address: ${vpc.bastion}, user: root }`],
        ['subnet: a, address: 10.80.1.2', 'subnet: public, address: 10.80.9.2'],
        ['vip: 10.80.1.100', 'vip: 10.80.9.100'],
      ],
      ['user: admin'],
    );

  it('plan refuses each host that would have no way out, and apply makes none', async () => {
    const documents = documentsWith('');
    const { code, out } = await reconcile('plan', '-f', documents);
    expect(code, out).to.equal(1);
    for (const host of ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'])
      expect(out).to.match(new RegExp(`${host} could not reach .* declare spec\\.network\\.egress`));
    const applied = await reconcile('apply', '-f', documents);
    expect(applied.code, applied.out).to.equal(2);
    expect((await accountOf(lab))['instances']).to.have.lengthOf(1);
  });

  // Their packages are on the internet, or in S3.
  for (const [what, egress, image] of [
    [
      'NAT',
      '{ publicAddresses: true, natGateways: [{ subnet: public, serves: [a, b, c], create: true }] }',
      'ami-000000000000cb012',
    ],
    ['endpoints only', '{ endpoints: { ec2: { create: true }, s3: { create: true } } }', 'ami-000000000000cb053'],
  ] as const)
    describe(`with ${what}`, () => {
      let documents = '';
      before(() => {
        documents = documentsWith(egress, image);
      });

      it('apply makes it from nothing, and a second apply does nothing', async () => {
        const checked = await reconcile('check', '-f', documents);
        expect(checked.code, checked.out).to.be.oneOf([0, 1]);
        expect((await must(reconcile('apply', '-f', documents, '--timeout', '20m'))).out).to.match(/aws: in order/);
        expect((await must(reconcile('apply', '-f', documents))).out).to.match(/aws: in order \(0 steps done/);
      });

      it('Redis hosts have no public address, and a client outside reaches the tenant by the Elastic IP address', async () => {
        const [described] = await callEc2<ec2.DescribeInstancesResult>(lab, ['DescribeInstances', {}]);
        const withPublic = (described?.Reservations ?? [])
          .flatMap(({ Instances = [] }) => Instances)
          .filter(({ PublicIpAddress }) => PublicIpAddress !== undefined)
          .flatMap(({ Tags = [] }) => Tags.filter(({ Key }) => Key === 'Name').map(({ Value }) => Value));
        expect(withPublic.filter((name) => name?.startsWith('redis'))).to.deep.equal([]);
        const { out } = await must(reconcile('get', '-f', documents, '-o', 'json'));
        const endpoint = /"publicEndpoint": ?"(198\.51\.100\.\d+):6379"/.exec(out)?.[1] ?? expect.fail(out);
        const redis = async (...words: readonly string[]) =>
          (
            await must(outside('env', `REDISCLI_AUTH=${lab.passwords.acme}`, 'redis-cli', '-h', endpoint, ...words))
          ).out.trim();
        expect(await redis('set', 'from', what)).to.equal('OK');
        expect(await redis('get', 'from')).to.equal(what);
      });

      it('delete leaves what was there before', async () => {
        const { code, out } = await reconcile('delete', '-f', documents, '--confirm', 'aws', '--now');
        expect(code, out).to.equal(0);
        expect(await existing()).to.deep.equal(before_);
      });
    });

  async function ask<Answer extends object>(...call: Ec2Call): Promise<Answer> {
    const [answer] = await callEc2<Answer>(lab, call);
    expect(answer?.refused).to.equal(undefined);
    return answer ?? expect.fail('no answer');
  }

  /** What exists in the account: ids, those of addresses, NAT gateways, endpoints and route tables included. */
  async function existing(): Promise<readonly string[]> {
    const [addresses, nats, endpoints, tables] = [
      await ask<ec2.DescribeAddressesResult>('DescribeAddresses', {}),
      await ask<ec2.DescribeNatGatewaysResult>('DescribeNatGateways', {}),
      await ask<ec2.DescribeVpcEndpointsResult>('DescribeVpcEndpoints', {}),
      await ask<ec2.DescribeRouteTablesResult>('DescribeRouteTables', {}),
    ];
    const ids = [
      ...Object.values(await accountOf(lab)).flatMap((list) => list.map(({ id }) => id)),
      ...(addresses.Addresses ?? []).map(({ AllocationId }) => AllocationId),
      ...(nats.NatGateways ?? []).flatMap(({ NatGatewayId, State }) => (State === 'deleted' ? [] : [NatGatewayId])),
      ...(endpoints.VpcEndpoints ?? []).map(({ VpcEndpointId }) => VpcEndpointId),
      ...(tables.RouteTables ?? []).map(({ RouteTableId }) => RouteTableId),
    ];
    return ids.map((id) => id ?? '').sort();
  }

  /** The VPC of somebody else: a public subnet, and a bastion in it whose key the laptop knows. */
  async function ground(): Promise<typeof vpc> {
    const { Vpc } = await ask<ec2.CreateVpcResult>('CreateVpc', { CidrBlock: '10.80.0.0/16' });
    const VpcId = Vpc?.VpcId ?? '';
    await ask('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    const { InternetGateway } = await ask<ec2.CreateInternetGatewayResult>('CreateInternetGateway', {});
    const GatewayId = InternetGateway?.InternetGatewayId ?? '';
    await ask('AttachInternetGateway', { InternetGatewayId: GatewayId, VpcId });
    const { Subnet } = await ask<ec2.CreateSubnetResult>('CreateSubnet', {
      VpcId,
      CidrBlock: '10.80.9.0/24',
      AvailabilityZone: 'lab-1a',
    });
    const SubnetId = Subnet?.SubnetId ?? '';
    const { RouteTable } = await ask<ec2.CreateRouteTableResult>('CreateRouteTable', { VpcId });
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    await ask('CreateRoute', { ...everywhere, RouteTableId, GatewayId });
    await ask('AssociateRouteTable', { RouteTableId, SubnetId });
    const { GroupId } = await ask<ec2.CreateSecurityGroupResult>('CreateSecurityGroup', {
      GroupName: 'bastion',
      Description: 'SSH from outside',
      VpcId,
    });
    const rule = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: `${OUTSIDE}/32` }] }];
    await ask('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: rule });
    const { Instances } = await ask<ec2.Reservation>('RunInstances', {
      ImageId: 'ami-0000000000000b012',
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      KeyName: 'lab',
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId,
          PrivateIpAddress: '10.80.9.10',
          Groups: [GroupId],
          AssociatePublicIpAddress: true,
          DeleteOnTermination: true,
        },
      ],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'bastion' }] }],
    });
    const InstanceIds = [Instances?.[0]?.InstanceId ?? ''];
    const shown = await until(
      'the bastion to have a public address',
      () => ask<ec2.DescribeInstancesResult>('DescribeInstances', { InstanceIds }),
      ({ Reservations }) => Reservations?.[0]?.Instances?.[0]?.PublicIpAddress !== undefined,
    );
    const bastion = shown.Reservations?.[0]?.Instances?.[0]?.PublicIpAddress ?? '';
    const scanned = await until(
      'the sshd of the bastion',
      () => outside('ssh-keyscan', '-t', 'ed25519', bastion),
      ({ out }) => out.includes('ssh-ed25519'),
      120,
    );
    appendFileSync(join(dirname(lab.documents), 'known_hosts'), scanned.out);
    return { id: VpcId, gateway: GatewayId, subnet: SubnetId, bastion };
  }
});
