import type { Fleet } from '../../../crds/fleet.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { checkCase, type Ec2, type Ec2Case, first } from '../../support/ec2-findings.ts';

const byNat = fleetOf({ ...plainFleet, adopt: 'create', egress: 'natGateways' });
const byEndpoints = fleetOf({ ...plainFleet, adopt: 'create', egress: 'endpoints' });
const adopting = (fleet: Fleet): Fleet => ({
  ...fleet,
  cluster: {
    ...fleet.cluster,
    network: { ...fleet.cluster.network, vpc: { adopt: { tag: { key: 'Name', value: 'lawful-vpc' } } } },
  },
});
const adoptingNat: Fleet = {
  ...byNat,
  cluster: {
    ...byNat.cluster,
    network: {
      ...byNat.cluster.network,
      egress: {
        publicAddresses: false,
        natGateways: [
          {
            subnet: 'public',
            serves: ['a', 'b'],
            origin: { adopt: { tag: { key: 'Name', value: 'lawful-nat-gateway-public' } } },
          },
        ],
        endpoints: { ec2: undefined, s3: undefined },
      },
    },
  },
};
const undeclared = fleetOf({ ...plainFleet, adopt: 'create', egress: 'undeclared' });

const subnetOf = (ec2: Ec2, name: string) =>
  first(ec2.subnets.filter(({ tags }) => tags['Name'] === `lawful-subnet-${name}`));
const ownTable = (ec2: Ec2) => first(ec2.routeTables.filter(({ main }) => !main));
const mainTable = (ec2: Ec2) => first(ec2.routeTables.filter(({ main }) => main));

/** No host of the Cluster, as before its first launch. */
function withoutHosts(ec2: Ec2): void {
  ec2.instances = [];
  ec2.interfaces = [];
}

const removeNat = (ec2: Ec2): void => {
  ec2.natGateways = [];
  first(ec2.elasticAddresses).boundTo = undefined;
};

const nat = { subject: 'network/nat-gateway-public', field: 'NAT gateway in subnet public' } as const;
const table = { subject: 'network/route-table-public', reason: 'EgressRouteDiffers', by: 'action' } as const;

const natCases: readonly Ec2Case[] = [
  { name: 'no difference, no finding', expected: () => [] },
  {
    name: 'the gateway is gone: it is created again with its address, and the routes wait for it',
    change: removeNat,
    expected: (ec2) => [
      {
        ...nat,
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [
          ['CreateNatGateway', { SubnetId: subnetOf(ec2, 'public').id, AllocationId: first(ec2.elasticAddresses).id }],
        ],
      },
      {
        subject: 'network/route-table-public',
        field: 'route table by the NAT gateway in subnet public',
        have: 'absent',
        reason: 'Missing',
        by: 'waiting',
        cause: 'dependency',
        dependsOn: 'network/nat-gateway-public',
      },
    ],
  },
  {
    name: 'its address is gone too: the address comes first',
    change: (ec2) => {
      removeNat(ec2);
      ec2.elasticAddresses = [];
      first(ec2.routeTables.filter(({ main }) => !main)).tags = {};
    },
    expected: () => [
      { ...nat, have: 'absent', reason: 'Missing', by: 'action', calls: [['AllocateAddress', { Domain: 'vpc' }]] },
      {
        subject: 'network/route-table-public',
        field: 'route table by the NAT gateway in subnet public',
        have: 'absent',
        reason: 'Missing',
        by: 'waiting',
        cause: 'dependency',
        dependsOn: 'network/nat-gateway-public',
      },
    ],
  },
  {
    name: 'its address is in use by a gateway that EC2 is deleting: it waits, and no second address is allocated',
    change: (ec2) => {
      first(ec2.natGateways).state = 'deleted';
    },
    expected: () => [
      { ...nat, have: 'absent', reason: 'NotAvailableYet', by: 'waiting', cause: 'settling' },
      {
        subject: 'network/route-table-public',
        field: 'route table by the NAT gateway in subnet public',
        have: 'absent',
        reason: 'Missing',
        by: 'waiting',
        cause: 'dependency',
        dependsOn: 'network/nat-gateway-public',
      },
    ],
  },
  {
    name: 'the gateway lost its tags: its address is not taken for one that is being freed, and none is created beside it',
    change: (ec2) => {
      first(ec2.natGateways).tags = {};
    },
    expected: () => [
      {
        ...nat,
        have: 'absent',
        reason: 'ClusterTagMissing',
        by: 'manual',
        message: /restore them \(aws ec2 create-tags .*nat-gateway-public/,
      },
      {
        subject: 'network/route-table-public',
        field: 'route table by the NAT gateway in subnet public',
        have: 'absent',
        reason: 'Missing',
        by: 'waiting',
        cause: 'dependency',
        dependsOn: 'network/nat-gateway-public',
      },
    ],
  },
  {
    name: 'adopted by a tag that one has which ended within the hour: the one that is there counts',
    fleet: adoptingNat,
    change: (ec2) => {
      const one = first(ec2.natGateways);
      ec2.natGateways.push({ ...one, id: 'nat-ffffffff', state: 'deleted' });
    },
    expected: () => [],
  },
  {
    name: 'two gateways and a spare address: the second gateway is deleted first',
    change: (ec2) => {
      const one = first(ec2.natGateways);
      ec2.natGateways.push({ ...one, id: 'nat-ffffffff', allocationIds: ['eipalloc-ffffffff'] });
    },
    expected: (ec2) => [
      {
        ...nat,
        field: 'NAT gateway nat-ffffffff',
        have: `beside ${first(ec2.natGateways).id}`,
        reason: 'Duplicate',
        by: 'action',
        calls: [['DeleteNatGateway', { NatGatewayId: 'nat-ffffffff' }]],
      },
    ],
  },
  {
    name: 'a spare address is released',
    change: (ec2) => {
      const one = first(ec2.elasticAddresses);
      ec2.elasticAddresses.push({ ...one, id: 'eipalloc-ffffffff', publicIp: '198.51.100.9', boundTo: undefined });
    },
    expected: (ec2) => [
      {
        ...nat,
        field: 'Elastic IP address 198.51.100.9',
        have: `beside ${first(ec2.natGateways).id}`,
        reason: 'Duplicate',
        by: 'action',
        calls: [['ReleaseAddress', { AllocationId: 'eipalloc-ffffffff' }]],
      },
    ],
  },
  {
    name: 'the table has no default route: it gets one, and subnets stay where they are',
    change: (ec2) => {
      ownTable(ec2).routes = [];
      ownTable(ec2).associations = [];
    },
    expected: (ec2) => [
      {
        ...table,
        field: `default route of ${ownTable(ec2).id}`,
        have: 'absent',
        calls: [
          [
            'CreateRoute',
            {
              RouteTableId: ownTable(ec2).id,
              DestinationCidrBlock: '0.0.0.0/0',
              NatGatewayId: first(ec2.natGateways).id,
            },
          ],
        ],
      },
    ],
  },
  {
    name: 'a subnet has lost its table: it is associated again',
    change: (ec2) => {
      const own = ownTable(ec2);
      own.associations = own.associations.filter(({ subnetId }) => subnetId !== subnetOf(ec2, 'b').id);
    },
    expected: (ec2) => [
      {
        ...table,
        field: 'route table of subnet b',
        have: 'the main one',
        calls: [['AssociateRouteTable', { RouteTableId: ownTable(ec2).id, SubnetId: subnetOf(ec2, 'b').id }]],
      },
    ],
  },
  {
    name: 'a subnet is in the table of somebody else: it is reported',
    change: (ec2) => {
      const [own, id] = [ownTable(ec2), subnetOf(ec2, 'b').id];
      own.associations = own.associations.filter(({ subnetId }) => subnetId !== id);
      const other = {
        id: 'rtb-ffffffff',
        tags: {},
        vpcId: own.vpcId,
        main: false,
        ofGateway: false,
        routes: own.routes,
      };
      ec2.routeTables.push({ ...other, associations: [{ id: 'rtbassoc-ffffffff', subnetId: id }] });
    },
    expected: () => [
      {
        ...table,
        field: 'route table of subnet b',
        have: 'rtb-ffffffff',
        by: 'manual',
        message: /aws ec2 disassociate-route-table/,
      },
    ],
  },
  {
    name: 'an adopted VPC: its main table needs no route if no host and no NAT gateway uses it',
    fleet: adopting(byNat),
    change: (ec2) => {
      const { routes, vpcId } = mainTable(ec2);
      const other = { id: 'rtb-ffffffff', tags: {}, vpcId, main: false, ofGateway: false, routes };
      ec2.routeTables.push({ ...other, associations: [{ id: 'rtbassoc-f', subnetId: subnetOf(ec2, 'public').id }] });
      mainTable(ec2).routes = [];
    },
    expected: () => [],
  },
  {
    name: 'no host is launched before its subnet has its route',
    change: (ec2) => {
      withoutHosts(ec2);
      ownTable(ec2).routes = [];
    },
    expected: (ec2) => [
      {
        ...table,
        field: `default route of ${ownTable(ec2).id}`,
        have: 'absent',
        calls: [['CreateRoute', { NatGatewayId: first(ec2.natGateways).id }]],
      },
      ...['proxy-1', 'proxy-2', 'redis-1', 'redis-2', 'redis-3'].map(
        (host) =>
          ({
            subject: `instance/${host}`,
            field: 'instance',
            have: 'absent',
            reason: 'DependencyNotReady',
            by: 'waiting',
            cause: 'dependency',
            dependsOn: 'network/route-table-public',
          }) as const,
      ),
    ],
  },
];

const endpointCases: readonly Ec2Case[] = [
  { name: 'no difference, no finding', expected: () => [] },
  {
    name: 'the endpoint of the EC2 API is gone: DNS hostnames are enabled, and it is created in one subnet of each zone',
    change: (ec2) => {
      ec2.endpoints = ec2.endpoints.filter(({ privateDns }) => !privateDns);
    },
    expected: (ec2) => [
      {
        subject: 'network/endpoint-ec2',
        field: 'endpoint of ec2',
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [
          ['ModifyVpcAttribute', { VpcId: first(ec2.vpcs).id, EnableDnsHostnames: { Value: true } }],
          [
            'CreateVpcEndpoint',
            {
              ServiceName: 'com.amazonaws.lab-1.ec2',
              VpcEndpointType: 'Interface',
              PrivateDnsEnabled: true,
              SubnetIds: [subnetOf(ec2, 'a').id, subnetOf(ec2, 'b').id].sort(),
              SecurityGroupIds: [first(ec2.groups).id],
            },
          ],
        ],
      },
    ],
  },
  {
    name: 'the group does not let the VPC in yet: the endpoint, which takes the name of the API, waits for that',
    change: (ec2) => {
      ec2.endpoints = ec2.endpoints.filter(({ privateDns }) => !privateDns);
      const group = first(ec2.groups);
      group.ingress = group.ingress.filter(({ from }) => from !== 443);
    },
    expected: () => [
      {
        subject: 'network/endpoint-ec2',
        field: 'endpoint of ec2',
        have: 'absent',
        reason: 'Missing',
        by: 'waiting',
        cause: 'dependency',
        dependsOn: 'network/security-group',
      },
      {
        subject: 'network/security-group',
        field: 'rule TCP 443 from 10.80.0.0/16',
        have: 'absent',
        reason: 'IngressRuleMissing',
        by: 'action',
        calls: [['AuthorizeSecurityGroupIngress', {}]],
      },
    ],
  },
  {
    name: 'the gateway endpoint is not in the route table of the hosts: it is added',
    change: (ec2) => {
      for (const one of ec2.endpoints) one.routeTableIds = [];
    },
    expected: (ec2) => [
      {
        subject: 'network/endpoint-s3',
        field: 'endpoint of s3',
        have: `not in ${mainTable(ec2).id}`,
        reason: 'EndpointDiffers',
        by: 'action',
        calls: [['ModifyVpcEndpoint', { AddRouteTableIds: [mainTable(ec2).id] }]],
      },
    ],
  },
  {
    name: 'an adopted VPC: with endpoints only, its main table needs no route',
    fleet: adopting(byEndpoints),
    change: (ec2) => {
      mainTable(ec2).routes = [];
    },
    expected: () => [],
  },
  {
    name: 'without private DNS the name of the API leads to the internet',
    change: (ec2) => {
      for (const one of ec2.endpoints) one.privateDns = false;
    },
    expected: () => [
      {
        subject: 'network/endpoint-ec2',
        field: 'endpoint of ec2',
        have: 'without private DNS',
        reason: 'EndpointDiffers',
        by: 'manual',
        message: /modify-vpc-endpoint .* --private-dns-enabled/,
      },
    ],
  },
  {
    name: 'EC2 has rejected it',
    change: (ec2) => {
      for (const one of ec2.endpoints) if (one.privateDns) one.state = 'rejected';
    },
    expected: () => [
      {
        subject: 'network/endpoint-ec2',
        field: 'endpoint of ec2',
        have: 'rejected',
        reason: 'NotAvailableYet',
        by: 'manual',
        message: /spec\.network\.egress\.endpoints\.ec2/,
      },
    ],
  },
];

const redisHost = { subject: 'instance/redis-1', field: 'way out', reason: 'NoWayOut', by: 'manual' } as const;
const onlyRedis1 = (ec2: Ec2): void => {
  const [gone] = ec2.instances.filter(({ tags }) => tags['Name'] === 'redis-1');
  ec2.instances = ec2.instances.filter((one) => one !== gone);
  ec2.interfaces = ec2.interfaces.filter((one) => one.instanceId !== gone?.instanceId);
};

const start = fleetOf({ ...plainFleet, adopt: 'create', egress: 'publicAddresses' });

const undeclaredCases: readonly Ec2Case[] = [
  {
    name: 'hosts that exist are left alone, whatever their way out is',
    expected: () => [],
  },
  {
    name: 'a host would have the internet gateway, and no public address: it is not created',
    change: onlyRedis1,
    expected: (ec2) => [
      {
        ...redisHost,
        have: `the default route of ${mainTable(ec2).id} leads to ${first(ec2.gateways).id}, and instances in the subnet get no public address`,
        message: /redis-1 could not reach the package repositories .* from subnet a; declare spec\.network\.egress/,
      },
    ],
  },
  {
    name: 'the subnet is full: no host is created, and what to do is said',
    fleet: start,
    change: (ec2) => {
      onlyRedis1(ec2);
      subnetOf(ec2, 'a').freeAddresses = 0;
    },
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'addresses of subnet a',
        have: '0 free',
        reason: 'SubnetFull',
        by: 'manual',
        message: /describe-network-interfaces --filters Name=subnet-id/,
      },
    ],
  },
  {
    name: 'a route to a transit gateway, wherever it leads, is taken for a way out',
    change: (ec2) => {
      onlyRedis1(ec2);
      const { routes } = mainTable(ec2);
      mainTable(ec2).routes = [...routes, { destination: '10.0.0.0/8', target: 'tgw-00000001', state: 'active' }];
    },
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'instance',
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [['RunInstances', { ImageId: 'ami-00000001' }]],
      },
    ],
  },
  {
    name: 'the subnet gives public addresses: the host is created, and the subnet decides about its address',
    change: (ec2) => {
      onlyRedis1(ec2);
      subnetOf(ec2, 'a').givesPublicAddresses = true;
    },
    expected: (ec2) => [
      {
        subject: 'instance/redis-1',
        field: 'instance',
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [
          [
            'RunInstances',
            {
              NetworkInterfaces: [
                {
                  DeviceIndex: 0,
                  SubnetId: subnetOf(ec2, 'a').id,
                  PrivateIpAddress: '10.80.1.10',
                  Groups: [first(ec2.groups).id],
                  DeleteOnTermination: true,
                  Description: 'lawful redis-1',
                },
              ],
            },
          ],
        ],
      },
    ],
  },
];

for (const [title, fleet, cases] of [
  ['NAT gateways', byNat, natCases],
  ['VPC endpoints', byEndpoints, endpointCases],
] as const)
  describe(`a way out by ${title}`, () => {
    for (const one of cases) it(one.name, () => checkCase({ start: fleet, fleet, ...one }));
  });

describe('no declared way out', () => {
  for (const one of undeclaredCases) it(one.name, () => checkCase({ start, fleet: undeclared, ...one }));
});
