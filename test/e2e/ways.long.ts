import type * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { SECURITY_GROUP, SUBNETS, VPC } from '../../lab/topology.ts';
import { callEc2, type Ec2Call } from './support/account.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';

const OUTSIDE = '203.0.113.10';
const [near, far] = SUBNETS.map((one) => one.id);
const main = 'rtb-0a500000000000001';
const everywhere = { RouteTableId: main, DestinationCidrBlock: '0.0.0.0/0' };
const SSH = { private: '10.80.2.12:22', public: '198.51.100.112:22' };
const API = '10.80.0.2:4566';

/** Prints those of its arguments, ADDRESS:PORT, that accept a TCP connection. */
const REACHED = `for one in "$@"; do timeout 2 bash -c "</dev/tcp/\${one%:*}/\${one#*:}" 2>/dev/null && echo "$one"; done; true`;

describe('ways in and out of the lab', function () {
  this.timeout(300_000);
  let lab: Lab;
  before(async () => {
    lab = await bootLab('test-ways');
    const rule = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: `${OUTSIDE}/32` }] }];
    await done(['AuthorizeSecurityGroupIngress', { GroupId: SECURITY_GROUP.id, IpPermissions: rule }]);
  });
  after(() => lab?.down());

  const lines = ({ out }: { out: string }) => out.split('\n').filter(Boolean);
  const ask = async <Answer extends object>(...call: Ec2Call) => {
    const [answer] = await callEc2<Answer>(lab, call);
    expect(answer?.refused).to.equal(undefined);
    return answer ?? expect.fail('no answer');
  };
  const done = async (...calls: readonly Ec2Call[]) => {
    for (const call of calls) await ask(...call);
  };
  const reachedFrom = async (place: string, ...addresses: string[]) =>
    lines(
      await must(
        lab.command('run', '--name', lab.name, '--from', place, '--', 'bash', '-c', REACHED, 'bash', ...addresses),
      ),
    );
  /** Whether redis-2, in the second subnet, reaches the machine on the internet. */
  const out = async () => (await lab.host('redis-2', `ping -c 1 -W 2 ${OUTSIDE} >/dev/null`)).code === 0;
  const api = async (address = API) =>
    lines(await lab.host('redis-2', `bash -c '${REACHED}' bash ${address}`)).includes(address);

  it('from outside, public addresses and the EC2 API are reached, and private addresses are not', async () => {
    expect(await reachedFrom('outside', SSH.private, SSH.public, API, '10.80.0.10:22')).to.deep.equal([
      SSH.public,
      API,
    ]);
    expect(await reachedFrom('inside', SSH.private, API)).to.deep.equal([SSH.private, API]);
    expect(await out()).to.equal(true);
  });

  it('without a default route there is no way, in neither direction', async () => {
    await done(['DeleteRoute', everywhere]);
    expect(await out()).to.equal(false);
    expect(await api()).to.equal(false);
    expect(await reachedFrom('outside', SSH.public)).to.deep.equal([]);
  });

  it('a NAT gateway is a way out, and not one in', async () => {
    const nat = await natGateway();
    await done(['CreateRoute', { ...everywhere, NatGatewayId: nat }]);
    expect(await out()).to.equal(true);
    expect(await api()).to.equal(true);
    expect(await reachedFrom('outside', SSH.public)).to.deep.equal([]);
    await done(['DeleteNatGateway', { NatGatewayId: nat }]);
    expect(await out()).to.equal(false);
  });

  it('an endpoint leads to the EC2 API alone, if its group allows that', async () => {
    const { GroupId } = await ask<ec2.CreateSecurityGroupResult>('CreateSecurityGroup', {
      GroupName: 'endpoint',
      Description: 'of the endpoint',
      VpcId: VPC.id,
    });
    await done(['ModifyVpcAttribute', { VpcId: VPC.id, EnableDnsHostnames: { Value: true } }]);
    const address = await endpoint(GroupId ?? '');
    expect(await api(`${address}:443`)).to.equal(false);
    expect(await api()).to.equal(false);
    const rule = [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: SECURITY_GROUP.id }] },
    ];
    await done(['AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: rule }]);
    expect(await api(`${address}:443`)).to.equal(true);
    expect(await api()).to.equal(true);
    expect(await out()).to.equal(false);
  });

  /** A NAT gateway in a subnet of its own, which has the internet gateway. */
  async function natGateway(): Promise<string> {
    const { Subnet } = await ask<ec2.CreateSubnetResult>('CreateSubnet', { VpcId: VPC.id, CidrBlock: '10.80.9.0/24' });
    const { RouteTable } = await ask<ec2.CreateRouteTableResult>('CreateRouteTable', { VpcId: VPC.id });
    const { SubnetId, RouteTableId } = { ...Subnet, ...RouteTable };
    await done(
      ['AssociateRouteTable', { RouteTableId, SubnetId }],
      ['CreateRoute', { ...everywhere, RouteTableId, GatewayId: 'igw-0a500000000000001' }],
    );
    const { AllocationId } = await ask<ec2.AllocateAddressResult>('AllocateAddress', { Domain: 'vpc' });
    const made = await ask<ec2.CreateNatGatewayResult>('CreateNatGateway', { SubnetId, AllocationId });
    const id = made.NatGateway?.NatGatewayId ?? '';
    await until(
      'the NAT gateway to be available',
      () => ask<ec2.DescribeNatGatewaysResult>('DescribeNatGateways', { NatGatewayIds: [id] }),
      ({ NatGateways }) => NatGateways?.[0]?.State === 'available',
    );
    return id;
  }

  /** An endpoint of the EC2 API with this group: its address. */
  async function endpoint(group: string): Promise<string> {
    const { VpcEndpoint } = await ask<ec2.CreateVpcEndpointResult>('CreateVpcEndpoint', {
      VpcId: VPC.id,
      ServiceName: 'com.amazonaws.lab-1.ec2',
      VpcEndpointType: 'Interface',
      SubnetIds: [near, far],
      SecurityGroupIds: [group],
    });
    const { VpcEndpointId = '', NetworkInterfaceIds } = VpcEndpoint ?? {};
    await until(
      'the endpoint to be available',
      () => ask<ec2.DescribeVpcEndpointsResult>('DescribeVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] }),
      ({ VpcEndpoints }) => String(VpcEndpoints?.[0]?.State) === 'available',
    );
    const { NetworkInterfaces } = await ask<ec2.DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', {
      NetworkInterfaceIds,
    });
    return NetworkInterfaces?.find((one) => one.SubnetId === far)?.PrivateIpAddress ?? '';
  }
});
