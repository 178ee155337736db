import * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { perform } from '../../../lab/ec2/api.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { createNatGateway, deleteNatGateway } from '../../../lab/ec2/nat-gateways.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import type { Ec2State } from '../../../lab/ec2/state.ts';
import { createVpcEndpoint, deleteVpcEndpoints } from '../../../lab/ec2/vpc-endpoints.ts';
import { GATEWAY, SECURITY_GROUP, SUBNETS, VPC } from '../../../lab/topology.ts';
import { type Api, refusal, serveApi } from '../support/api.ts';
import { hostCalled } from '../support/hosts.ts';

const [near = '', far = ''] = SUBNETS.map((one) => one.id);
const main = 'rtb-0a500000000000001';
const account = initialState(new Date(0));
const gateway = GATEWAY;
const elastic = { id: 'eipalloc-0a500000000000009', address: '198.51.100.99', association: undefined };
const start: Ec2State = {
  ...account,
  routeTables: account.routeTables.map((one) => ({ ...one, routes: [] })),
  elasticAddresses: [elastic],
};

/** The state once everything that a call set off has happened. */
const ended = ({ state, later = [] }: ReturnType<typeof createNatGateway>, steps = later.length) =>
  later.slice(0, steps).reduce((now, { next }) => next(now), state);

describe('lab: NAT gateways', () => {
  const create = (from: Ec2State, AllocationId = elastic.id) =>
    createNatGateway(from, parseForm(`SubnetId=${near}&AllocationId=${AllocationId}`));
  const only = (state: Ec2State) => state.natGateways[0] ?? expect.fail('there is no NAT gateway');

  it('are pending first, then available, with their address and an interface of their own', () => {
    const made = create(start);
    expect(only(made.state)).to.include({ state: 'pending', publicAddress: elastic.address });
    const available = ended(made);
    expect(only(available).state).to.equal('available');
    const nic = available.interfaces.find((one) => one.managed === 'nat_gateway');
    expect(available.elasticAddresses[0]?.association).to.include({
      interfaceId: nic?.host.interfaceId,
      privateAddress: only(available).privateAddress,
    });
  });

  const failures: readonly { why: string; from: Ec2State; code: string }[] = [
    { why: 'without an internet gateway', from: { ...start, gateways: [] }, code: 'Gateway.NotAttached' },
    { why: 'without their address', from: { ...start, elasticAddresses: [] }, code: 'InvalidAllocationID.NotFound' },
    {
      why: 'with an address that is in use',
      from: create(start).state,
      code: 'Resource.AlreadyAssociated',
    },
  ];
  for (const { why, from, code } of failures)
    it(`fail ${why}`, () => {
      const failed = ended(create(from)).natGateways.at(-1);
      expect(failed?.state).to.equal('failed');
      expect(failed?.failure?.code).to.equal(code);
    });

  it('are deleting first, then deleted: their address is free, and routes to them are black holes', async () => {
    const available = ended(create(start));
    const { id } = only(available);
    const api = await serveApi(available);
    await api.client.send(
      new ec2.CreateRouteCommand({ RouteTableId: main, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: id }),
    );
    const shown = async () =>
      (await api.client.send(new ec2.DescribeRouteTablesCommand({ RouteTableIds: [main] }))).RouteTables?.[0]?.Routes;
    expect((await shown())?.at(-1)).to.include({ NatGatewayId: id, State: 'active' });
    const deleted = deleteNatGateway(api.fleet.ec2, parseForm(`NatGatewayId=${id}`));
    expect(only(deleted.state).state).to.equal('deleting');
    await api.fleet.change(ended(deleted, 1));
    expect((await shown())?.at(-1)).to.include({ NatGatewayId: id, State: 'blackhole' });
    const found = await api.client.send(new ec2.DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
    expect(found.NatGateways?.[0]).to.deep.include({ NatGatewayId: id, State: 'deleted', SubnetId: near });
    expect(api.fleet.ec2.elasticAddresses[0]?.association).to.equal(undefined);
    expect(api.fleet.ec2.interfaces.some((one) => one.managed !== undefined)).to.equal(false);
    api.end();
  });

  it('become available by themselves', async () => {
    let state = start;
    let changed: () => void = () => undefined;
    const available = new Promise<void>((resolve) => {
      changed = () => only(state).state === 'available' && resolve();
    });
    const change = async (next: Ec2State) => {
      state = next;
      changed();
    };
    const backend = {
      get ec2() {
        return state;
      },
      change,
    } as unknown as Parameters<typeof perform>[0];
    const fail = (error: unknown) => expect.fail(String(error));
    await perform(backend, 'CreateNatGateway', parseForm(`SubnetId=${near}&AllocationId=${elastic.id}`), state, fail);
    const kept = setInterval(() => undefined, 1000);
    await available;
    clearInterval(kept);
  });

  it('keep their address and their subnet from being deleted', async () => {
    const api = await serveApi(ended(create(start)));
    const send = ((command: ec2.CreateVpcCommand) => api.client.send(command)) as ec2.EC2Client['send'];
    const AssociationId = api.fleet.ec2.elasticAddresses[0]?.association?.id ?? '';
    expect(await refusal(send(new ec2.DisassociateAddressCommand({ AssociationId })))).to.match(/^AuthFailure: /);
    expect(await refusal(send(new ec2.ReleaseAddressCommand({ AllocationId: elastic.id })))).to.match(
      /^InvalidIPAddress.InUse: /,
    );
    expect(await refusal(send(new ec2.DeleteSubnetCommand({ SubnetId: near })))).to.match(/^DependencyViolation: /);
    expect(
      await refusal(send(new ec2.DescribeNatGatewaysCommand({ NatGatewayIds: ['nat-00000000000000bad'] }))),
    ).to.equal('NatGatewayNotFound: NAT gateway nat-00000000000000bad was not found');
    api.end();
  });
});

describe('lab: endpoints', () => {
  const dns: Ec2State = { ...start, vpcs: start.vpcs.map((one) => ({ ...one, dnsHostnames: true })) };
  const create = (form: string, from = dns) => createVpcEndpoint(from, parseForm(`VpcId=${VPC.id}&${form}`));
  const service = 'ServiceName=com.amazonaws.lab-1.ec2&VpcEndpointType=Interface';
  const ofApi = `${service}&SubnetId.1=${near}&SubnetId.2=${far}&SecurityGroupId.1=${SECURITY_GROUP.id}`;
  const ofS3 = `ServiceName=com.amazonaws.lab-1.s3&RouteTableId.1=${main}`;

  it('of type Interface have an interface in each subnet, until they are deleted', () => {
    const made = create(ofApi);
    expect(made.state.endpoints[0]).to.include({ state: 'pending', privateDns: true });
    const available = ended(made);
    const [endpoint] = available.endpoints;
    expect(endpoint?.state).to.equal('available');
    const own = available.interfaces.filter((one) => endpoint?.interfaceIds.includes(one.host.interfaceId));
    expect(own.map((one) => one.host.subnet.id)).to.deep.equal([near, far]);
    expect(own[0]).to.deep.include({ managed: 'vpc_endpoint', groups: [SECURITY_GROUP.id] });
    const deleted = deleteVpcEndpoints(available, parseForm(`VpcEndpointId.1=${endpoint?.id}`));
    expect(deleted.state.endpoints[0]?.state).to.equal('deleting');
    expect(ended(deleted)).to.deep.include({ endpoints: [], interfaces: dns.interfaces });
  });

  it('of type Gateway are a route of their tables', async () => {
    const api = await serveApi(create(ofS3).state);
    const [endpoint] = (await api.client.send(new ec2.DescribeVpcEndpointsCommand({}))).VpcEndpoints ?? [];
    expect(endpoint).to.deep.include({ VpcEndpointType: 'Gateway', State: 'available', RouteTableIds: [main] });
    const tables = await api.client.send(new ec2.DescribeRouteTablesCommand({}));
    expect(tables.RouteTables?.[0]?.Routes?.at(-1)).to.include({ GatewayId: endpoint?.VpcEndpointId, State: 'active' });
    const VpcEndpointIds = [endpoint?.VpcEndpointId ?? '', 'vpce-00000000000000bad'];
    const { Unsuccessful } = await api.client.send(new ec2.DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    expect(Unsuccessful?.map((one) => [one.ResourceId, one.Error?.Code])).to.deep.equal([
      ['vpce-00000000000000bad', 'InvalidVpcEndpointId.NotFound'],
    ]);
    expect(api.fleet.ec2.endpoints).to.deep.equal([]);
    api.end();
  });

  it('are changed by subnet, group and route table', async () => {
    const api = await serveApi(ended(create(`${service}&SubnetId.1=${near}`)));
    const id = api.fleet.ec2.endpoints[0]?.id ?? '';
    const change = { AddSubnetIds: [far], RemoveSubnetIds: [near], AddSecurityGroupIds: [SECURITY_GROUP.id] };
    await api.client.send(new ec2.ModifyVpcEndpointCommand({ VpcEndpointId: id, ...change }));
    const own = api.fleet.ec2.interfaces.filter((one) => one.managed !== undefined);
    expect(own.map((one) => one.host.subnet.id)).to.deep.equal([far]);
    expect(own[0]?.groups).to.include(SECURITY_GROUP.id);
    api.end();
  });

  const refusals: readonly { why: string; by: () => unknown; message: string }[] = [
    { why: 'private DNS in a VPC without host names', by: () => create(ofApi, start), message: 'requires both' },
    {
      why: 'a second one with private DNS',
      by: () => create(ofApi, create(ofApi).state),
      message: 'conflicting DNS domain for ec2.lab-1.amazonaws.com',
    },
    {
      why: 'two subnets in one zone',
      by: () => create(`${service}&SubnetId.1=${near}&SubnetId.2=${near}`),
      message: 'Found another VPC endpoint subnet in the availability zone',
    },
    {
      why: 'a service of another type',
      by: () => create('ServiceName=com.amazonaws.lab-1.ec2'),
      message: 'Endpoint type (Gateway) does not match available service types ([Interface]).',
    },
    { why: 'an unknown service', by: () => create('ServiceName=com.amazonaws.lab-1.sqs'), message: 'does not exist' },
    { why: 'a table that has one', by: () => create(ofS3, create(ofS3).state), message: 'already has a route' },
  ];
  for (const { why, by, message } of refusals)
    it(`refuses ${why}`, () => {
      expect(by).to.throw(message);
    });
});

describe('lab: route tables', () => {
  let api: Api;
  const send = ((command: ec2.CreateVpcCommand) => api.client.send(command)) as ec2.EC2Client['send'];
  const route = (target: object, DestinationCidrBlock = '0.0.0.0/0') =>
    send(new ec2.CreateRouteCommand({ RouteTableId: main, DestinationCidrBlock, ...target }));

  beforeEach(async () => {
    api = await serveApi({ ...start, instances: start.instances.map((one) => ({ ...one, state: 'running' })) });
  });
  afterEach(() => api.end());

  it('route to a network interface, which a block inside the VPC must', async () => {
    const { interfaceId, instanceId } = hostCalled('proxy-1');
    expect(await refusal(route({ GatewayId: gateway.id }, '10.80.1.0/24'))).to.match(/can target only an interface/);
    await route({ NetworkInterfaceId: interfaceId }, '172.31.9.9/32');
    const [table] = (await send(new ec2.DescribeRouteTablesCommand({ RouteTableIds: [main] }))).RouteTables ?? [];
    expect(table?.Routes?.at(-1)).to.include({
      NetworkInterfaceId: interfaceId,
      InstanceId: instanceId,
      State: 'active',
    });
  });

  it('route to one target that exists', async () => {
    expect(await refusal(route({ NatGatewayId: 'nat-00000000000000bad' }))).to.equal(
      "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-00000000000000bad' does not exist",
    );
    const two = { GatewayId: gateway.id, NetworkInterfaceId: hostCalled('proxy-1').interfaceId };
    expect(await refusal(route(two))).to.match(/^InvalidParameterCombination: /);
  });

  it('take the place of another for a subnet, and as main table', async () => {
    const { RouteTable } = await send(new ec2.CreateRouteTableCommand({ VpcId: VPC.id }));
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    const { AssociationId } = await send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId: near }));
    const { NewAssociationId } = await send(
      new ec2.ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: main }),
    );
    const about = { Filters: [{ Name: 'association.subnet-id', Values: [near] }] };
    const [table] = (await send(new ec2.DescribeRouteTablesCommand(about))).RouteTables ?? [];
    expect(table?.Associations?.map((one) => one.RouteTableAssociationId)).to.include(NewAssociationId);
    const AsMain = { AssociationId: 'rtbassoc-0a500000000000001', RouteTableId };
    await send(new ec2.ReplaceRouteTableAssociationCommand(AsMain));
    const mains = await send(
      new ec2.DescribeRouteTablesCommand({ Filters: [{ Name: 'association.main', Values: ['true'] }] }),
    );
    expect(mains.RouteTables?.map((one) => one.RouteTableId)).to.deep.equal([RouteTableId]);
  });
});
