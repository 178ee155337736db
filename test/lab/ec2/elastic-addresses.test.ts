import * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { VPC } from '../../../lab/topology.ts';
import { type Api, refusal, serveApi } from '../support/api.ts';
import { hostCalled } from '../support/hosts.ts';

const VIP = '10.80.1.100';
const [first, second] = [hostCalled('proxy-1').interfaceId, hostCalled('proxy-2').interfaceId];

describe('lab: Elastic IP addresses', () => {
  let api: Api;
  let gateway: string;
  const send = ((command: ec2.CreateVpcCommand) => api.client.send(command)) as ec2.EC2Client['send'];
  const allocated = async () => (await send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId ?? '';
  const associate = (AllocationId: string, NetworkInterfaceId: string, more: object = {}) =>
    send(new ec2.AssociateAddressCommand({ AllocationId, NetworkInterfaceId, ...more }));
  const shown = async (id: string) =>
    (await send(new ec2.DescribeAddressesCommand({ AllocationIds: [id] }))).Addresses?.[0];
  const assign = (NetworkInterfaceId: string, AllowReassignment = false) =>
    send(new ec2.AssignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: [VIP], AllowReassignment }));

  beforeEach(async () => {
    const start = initialState(new Date(0));
    const interfaces = start.interfaces.map((one) => ({ ...one, public: false, publicAddress: undefined }));
    api = await serveApi({ ...start, interfaces, gateways: [] });
    gateway = (await send(new ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId ?? '';
    await send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: VPC.id }));
  });
  afterEach(() => api.end());

  it('are allocated up to the quota, with tags, and found by filters', async () => {
    const tags = [{ ResourceType: 'elastic-ip' as const, Tags: [{ Key: 'Name', Value: 'pair' }] }];
    const one = await send(new ec2.AllocateAddressCommand({ Domain: 'vpc', TagSpecifications: tags }));
    expect(one.PublicIp).to.match(/^198\.51\.100\.\d+$/);
    const found = await send(new ec2.DescribeAddressesCommand({ Filters: [{ Name: 'tag:Name', Values: ['pair'] }] }));
    expect(found.Addresses?.map((row) => row.AllocationId)).to.deep.equal([one.AllocationId]);
    expect(await shown(one.AllocationId ?? '')).to.not.have.property('AssociationId');
    for (const _ of [2, 3, 4, 5]) await allocated();
    expect(await refusal(allocated())).to.equal(
      'AddressLimitExceeded: The maximum number of addresses has been reached.',
    );
  });

  it('stand for a private address, follow it to another interface, and are dropped with it', async () => {
    const id = await allocated();
    await assign(first);
    const { AssociationId } = await associate(id, first, { PrivateIpAddress: VIP });
    expect(await shown(id)).to.include({ AssociationId, NetworkInterfaceId: first, PrivateIpAddress: VIP });
    await assign(second, true);
    expect(await shown(id)).to.include({
      NetworkInterfaceId: second,
      InstanceId: hostCalled('proxy-2').instanceId,
      PrivateIpAddress: VIP,
    });
    const nics = await send(
      new ec2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'association.allocation-id', Values: [id] }] }),
    );
    const [nic] = nics.NetworkInterfaces ?? [];
    expect(nic?.Association).to.equal(undefined);
    expect(nic?.PrivateIpAddresses?.find((one) => one.PrivateIpAddress === VIP)?.Association).to.include({
      AllocationId: id,
      IpOwnerId: '123456789012',
    });
    await send(new ec2.UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: second, PrivateIpAddresses: [VIP] }));
    expect(await shown(id)).to.not.have.any.keys('AssociationId', 'NetworkInterfaceId', 'PrivateIpAddress');
  });

  it('are shown as the address of the instance', async () => {
    const id = await allocated();
    await associate(id, first);
    await send(new ec2.ModifyVpcAttributeCommand({ VpcId: VPC.id, EnableDnsHostnames: { Value: true } }));
    const { PublicIp = '' } = (await shown(id)) ?? {};
    const found = await send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: 'ip-address', Values: [PublicIp] }] }),
    );
    expect(found.Reservations?.[0]?.Instances?.[0]).to.include({
      InstanceId: hostCalled('proxy-1').instanceId,
      PublicIpAddress: PublicIp,
      PublicDnsName: `ec2-${PublicIp.replaceAll('.', '-')}.lab-1.compute.amazonaws.com`,
    });
  });

  it('move from one interface to another, unless AllowReassociation is false', async () => {
    const [one, other] = [await allocated(), await allocated()];
    const { AssociationId } = await associate(one, first);
    const kept = { AllowReassociation: false };
    expect(await refusal(associate(one, second, kept))).to.equal(
      `Resource.AlreadyAssociated: resource ${one} is already associated with associate-id ${AssociationId}`,
    );
    expect(await refusal(associate(other, first, kept))).to.contain(`resource ${first} and 10.80.1.21 is already`);
    await associate(other, first);
    expect(await shown(one)).to.not.have.property('AssociationId');
    expect(await shown(other)).to.include({ NetworkInterfaceId: first });
  });

  it('are not released while associated, nor is the gateway detached while one is in use', async () => {
    const id = await allocated();
    const { AssociationId = '' } = await associate(id, first);
    const { PublicIp } = (await shown(id)) ?? {};
    const release = () => send(new ec2.ReleaseAddressCommand({ AllocationId: id }));
    const detach = () => send(new ec2.DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: VPC.id }));
    expect(await refusal(release())).to.equal(`InvalidIPAddress.InUse: Address ${PublicIp} is in use.`);
    expect(await refusal(detach())).to.match(/^DependencyViolation: Network .* has some mapped public address/);
    await send(new ec2.DisassociateAddressCommand({ AssociationId }));
    await release();
    await detach();
    expect(await refusal(shown(id))).to.equal(`InvalidAllocationID.NotFound: The allocation ID '${id}' does not exist`);
  });

  it('need an internet gateway, and a private address that the interface has', async () => {
    const id = await allocated();
    expect(await refusal(associate(id, first, { PrivateIpAddress: VIP }))).to.match(/^InvalidParameterValue: /);
    await send(new ec2.DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: VPC.id }));
    expect(await refusal(associate(id, first))).to.equal(
      `Gateway.NotAttached: Network ${VPC.id} is not attached to any internet gateway`,
    );
  });
});
