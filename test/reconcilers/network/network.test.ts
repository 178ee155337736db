import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { checkCase, type Ec2, type Ec2Case, first, createdFleet as fleet, untag } from '../../support/ec2-findings.ts';

const withNetwork = (network: Partial<Fleet['cluster']['network']>): Fleet => ({
  ...fleet,
  cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, ...network } },
});

const withSsh = (ssh: Partial<Fleet['cluster']['ssh']>, proxyPort = 22): Fleet => ({
  ...fleet,
  cluster: {
    ...fleet.cluster,
    ssh: { ...fleet.cluster.ssh, ...ssh },
    hosts: fleet.cluster.hosts.map((host) =>
      host.role === 'proxy' ? { ...host, login: { ...host.login, port: proxyPort } } : host,
    ),
  },
});

const addDuplicateVpc = (ec2: Ec2) => {
  ec2.vpcs.unshift({ ...copyOf(first(ec2.vpcs)), id: 'vpc-ffffffff' });
};

const undeclared = fleetOf({ ...plainFleet, adopt: 'create', egress: 'undeclared' });
const publicFleet = fleetOf({ ...plainFleet, adopt: 'create', egress: 'publicAddresses' });

/** A route table of somebody else, which subnet a uses. */
function addTable(ec2: Ec2, routes: Ec2['routeTables'][number]['routes']): void {
  const subnet = ec2.subnets.find(({ tags }) => tags['Name'] === 'lawful-subnet-a');
  const common = { id: 'rtb-ffffffff', tags: {}, vpcId: first(ec2.vpcs).id, main: false, ofGateway: false };
  ec2.routeTables.push({ ...common, associations: [{ id: 'rtbassoc-1', subnetId: subnet?.id ?? '' }], routes });
}

const marker = 'ec2-redis-operator';
const clientPort = { IpProtocol: 'tcp', FromPort: 6380, ToPort: 6380 };

const cases: readonly Ec2Case[] = [
  { name: 'no difference, no finding', expected: () => [] },
  {
    name: 'a declared tag that a subnet lacks is added, and nothing waits for it',
    change: ({ subnets }) => {
      delete first(subnets).tags['cost-center'];
    },
    expected: ({ subnets }) => [
      {
        subject: 'network/subnet-a@tags',
        field: `tags of ${first(subnets).id}`,
        have: 'no cost-center',
        reason: 'TagsDiffer',
        by: 'action',
        calls: [['CreateTags', { Resources: [first(subnets).id], Tags: [{ Key: 'cost-center', Value: '42' }] }]],
      },
    ],
  },
  {
    name: 'a VPC without its tag: no second one is created',
    change: ({ vpcs }) => untag(first(vpcs)),
    expected: ({ vpcs }) => [
      {
        subject: 'network/vpc',
        field: 'VPC',
        have: `${first(vpcs).id} without cluster tag`,
        reason: 'ClusterTagMissing',
        by: 'manual',
        message: /aws ec2 create-tags --resources vpc-/,
      },
    ],
  },
  {
    name: 'a subnet without its tag: no second one is created',
    change: ({ subnets }) => untag(first(subnets)),
    expected: ({ subnets }) => [
      {
        subject: 'network/subnet-a',
        field: 'subnet a',
        have: `${first(subnets).id} without cluster tag`,
        reason: 'ClusterTagMissing',
        by: 'manual',
        message: /adopt: \{ id: subnet-/,
      },
    ],
  },
  {
    name: 'a security group without its tag: no second one is created',
    change: ({ groups }) => untag(first(groups)),
    expected: ({ groups }) => [
      {
        subject: 'network/security-group',
        field: 'security group',
        have: `${first(groups).id} without cluster tag`,
        reason: 'ClusterTagMissing',
        by: 'manual',
      },
    ],
  },
  {
    name: 'two VPCs: the empty one is deleted',
    change: addDuplicateVpc,
    expected: ({ vpcs: [, kept] }) => [
      {
        subject: 'network/vpc',
        field: 'VPC vpc-ffffffff',
        have: `duplicate of ${kept?.id}`,
        reason: 'Duplicate',
        by: 'action',
        calls: [['DeleteVpc', { VpcId: 'vpc-ffffffff' }]],
      },
    ],
  },
  {
    name: 'two VPCs, and a subnet in the second: the subnet is deleted first',
    change: (ec2) => {
      addDuplicateVpc(ec2);
      ec2.subnets.push({ ...copyOf(first(ec2.subnets)), id: 'subnet-ffffffff', vpcId: 'vpc-ffffffff' });
    },
    expected: ({ vpcs: [, kept] }) => [
      {
        subject: 'network/vpc',
        field: 'VPC vpc-ffffffff',
        have: `duplicate of ${kept?.id}`,
        reason: 'Duplicate',
        by: 'action',
        calls: [['DeleteSubnet', { SubnetId: 'subnet-ffffffff' }]],
      },
    ],
  },
  {
    name: 'two internet gateways: the detached one is deleted',
    change: ({ gateways }) => gateways.push({ ...copyOf(first(gateways)), id: 'igw-ffffffff', vpcIds: [] }),
    expected: ({ gateways }) => [
      {
        subject: 'network/internet-gateway',
        field: 'internet gateway igw-ffffffff',
        have: `duplicate of ${first(gateways).id}`,
        reason: 'Duplicate',
        by: 'action',
        calls: [['DeleteInternetGateway', { InternetGatewayId: 'igw-ffffffff' }]],
      },
    ],
  },
  {
    name: 'a detached internet gateway is attached',
    change: ({ gateways }) => Object.assign(first(gateways), { vpcIds: [] }),
    expected: ({ gateways, vpcs }) => [
      {
        subject: 'network/internet-gateway',
        field: `internet gateway ${first(gateways).id}`,
        have: 'detached',
        reason: 'InternetGatewayDetached',
        by: 'action',
        calls: [['AttachInternetGateway', { InternetGatewayId: first(gateways).id, VpcId: first(vpcs).id }]],
      },
    ],
  },
  {
    name: 'a missing default route is created',
    change: ({ routeTables }) => Object.assign(first(routeTables), { routes: [] }),
    expected: (ec2) => [
      {
        subject: 'network/internet-gateway',
        field: 'default route',
        have: 'absent',
        reason: 'DefaultRouteDiffers',
        by: 'action',
        calls: [['CreateRoute', defaultRoute(ec2)]],
      },
    ],
  },
  {
    name: 'a default route to a deleted gateway is replaced',
    change: ({ routeTables }) =>
      Object.assign(first(routeTables), {
        routes: [{ destination: '0.0.0.0/0', target: 'igw-00000099', state: 'blackhole' }],
      }),
    expected: (ec2) => [
      {
        subject: 'network/internet-gateway',
        field: 'default route',
        have: 'igw-00000099 (blackhole)',
        reason: 'DefaultRouteDiffers',
        by: 'action',
        calls: [['ReplaceRoute', defaultRoute(ec2)]],
      },
    ],
  },
  {
    name: 'a default route to a NAT gateway of somebody else is left as it is',
    start: publicFleet,
    fleet: undeclared,
    change: ({ routeTables }) =>
      Object.assign(first(routeTables), {
        routes: [{ destination: '0.0.0.0/0', target: 'nat-00000099', state: 'active' }],
      }),
    expected: () => [
      {
        subject: 'network/internet-gateway',
        field: 'default route',
        have: 'nat-00000099 (active)',
        reason: 'DefaultRouteElsewhere',
        by: 'info',
        message: /spec\.network\.egress/,
      },
    ],
  },
  {
    name: 'public addresses are declared: a default route that leads elsewhere is not replaced under hosts that run',
    start: publicFleet,
    fleet: publicFleet,
    change: ({ routeTables }) =>
      Object.assign(first(routeTables), {
        routes: [{ destination: '0.0.0.0/0', target: 'nat-00000099', state: 'active' }],
      }),
    expected: () => [
      {
        subject: 'network/internet-gateway',
        field: 'default route',
        have: 'nat-00000099 (active)',
        reason: 'DefaultRouteDiffers',
        by: 'manual',
        message: /aws ec2 replace-route/,
      },
    ],
  },
  {
    name: 'public addresses are declared: a subnet with a table of its own, without a way out, is reported',
    start: publicFleet,
    fleet: publicFleet,
    change: (ec2) => addTable(ec2, []),
    expected: () => [
      {
        subject: 'network/egress',
        field: 'default route of subnet a',
        have: 'absent',
        reason: 'EgressRouteDiffers',
        by: 'manual',
        message: /rtb-ffffffff.*aws ec2 replace-route/,
      },
    ],
  },
  {
    name: 'a missing ingress rule is added',
    change: ({ groups }) => {
      const group = first(groups);
      group.ingress = group.ingress.filter(({ protocol }) => protocol !== '112');
    },
    expected: ({ groups }) => {
      const GroupId = first(groups).id;
      const permission = { IpProtocol: '112', UserIdGroupPairs: [{ GroupId, Description: marker }] };
      return [
        {
          subject: 'network/security-group',
          field: 'rule VRRP from the same group',
          have: 'absent',
          reason: 'IngressRuleMissing',
          by: 'action',
          calls: [['AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] }]],
        },
      ];
    },
  },
  {
    name: 'the port of a proxy of its own is let in too',
    fleet: withSsh({}, 2222),
    expected: ({ groups }) => {
      const GroupId = first(groups).id;
      const permission = { IpProtocol: 'tcp', FromPort: 2222, ToPort: 2222 };
      const IpRanges = [{ CidrIp: '10.80.0.0/24', Description: marker }];
      return [
        {
          subject: 'network/security-group',
          field: 'rule TCP 2222 from 10.80.0.0/24',
          have: 'absent',
          reason: 'IngressRuleMissing',
          by: 'action',
          calls: [['AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...permission, IpRanges }] }]],
        },
      ];
    },
  },
  {
    name: 'a host that others are reached through is let in by them',
    fleet: withSsh({ reach: { through: { host: 'proxy-1' } } }),
    expected: ({ groups }) => {
      const GroupId = first(groups).id;
      const permission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
      const UserIdGroupPairs = [{ GroupId, Description: marker }];
      return [
        {
          subject: 'network/security-group',
          field: 'rule TCP 22 from the same group',
          have: 'absent',
          reason: 'IngressRuleMissing',
          by: 'action',
          calls: [['AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...permission, UserIdGroupPairs }] }]],
        },
      ];
    },
  },
  {
    name: 'foreign rules that allow everything: nothing is missing, and they are left alone',
    change: ({ groups }) => {
      const group = first(groups);
      const all = (source: string) => ({ protocol: '-1', from: undefined, to: undefined, source, description: 'mine' });
      group.ingress = [group.id, '10.0.0.0/8', '10.80.0.0/24'].map(all);
    },
    expected: () => [],
  },
  {
    name: 'clients are no longer allowed from anywhere: their rules are revoked, and the proxies, which were among them, get their own',
    fleet: withNetwork({ securityGroup: { origin: { create: true }, sshFrom: ['10.80.0.0/24'], clientsFrom: [] } }),
    expected: ({ groups }) => {
      const GroupId = first(groups).id;
      const rule = (field: string, permission: object, Description: string) => ({
        subject: 'network/security-group' as const,
        field,
        have: 'present',
        reason: 'IngressRuleStale' as const,
        by: 'action' as const,
        calls: [
          [
            'RevokeSecurityGroupIngress',
            { GroupId, IpPermissions: [{ ...permission, IpRanges: [{ CidrIp: '10.0.0.0/8', Description }] }] },
          ],
        ] as const,
      });
      const icmp = { IpProtocol: 'icmp', FromPort: 3, ToPort: 4 };
      const peers = [{ GroupId, Description: `${marker} tenant=t1` }];
      const own = {
        subject: 'network/security-group' as const,
        field: 'rule TCP 6380 from the same group',
        have: 'absent',
        reason: 'IngressRuleMissing' as const,
        by: 'action' as const,
        calls: [
          ['AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...clientPort, UserIdGroupPairs: peers }] }],
        ] as const,
      };
      return [
        own,
        rule('rule TCP 6380 from 10.0.0.0/8', clientPort, `${marker} tenant=t1`),
        rule('rule ICMP 3/4 from 10.0.0.0/8', icmp, marker),
      ];
    },
  },
  {
    name: 'a rule of a Tenant that is no longer declared is revoked by --prune only',
    fleet: { ...fleet, tenants: [] },
    expected: ({ groups }) => [
      {
        subject: 'network/security-group',
        field: 'rule TCP 6380 from 10.0.0.0/8',
        have: 'present',
        reason: 'IngressRuleStale',
        by: 'info',
        prune: 'tenant t1',
        calls: [['RevokeSecurityGroupIngress', { GroupId: first(groups).id }]],
      },
    ],
  },
  {
    name: 'an adopted VPC that does not exist',
    fleet: withNetwork({ vpc: { adopt: { id: 'vpc-12345678' } } }),
    expected: () => [
      {
        subject: 'network/vpc',
        field: 'VPC',
        have: 'absent',
        reason: 'AdoptedNotFound',
        by: 'manual',
        message: /vpc-12345678/,
      },
    ],
  },
  {
    name: 'an adopted subnet in another availability zone',
    fleet: withNetwork({
      subnets: fleet.cluster.network.subnets.map((one) =>
        one.name === 'b'
          ? { ...one, zone: 'lab-1c', origin: { adopt: { tag: { key: 'Name', value: 'lawful-subnet-b' } } } }
          : one,
      ),
    }),
    expected: ({ subnets }) => {
      const id = subnets.find(({ tags }) => tags['Name'] === 'lawful-subnet-b')?.id;
      return [
        {
          subject: 'network/subnet-b',
          field: `availability zone of ${id}`,
          have: 'lab-1b',
          reason: 'AvailabilityZoneDiffers',
          by: 'manual',
          message: /declare lab-1b/,
        },
      ];
    },
  },
  {
    name: 'another CIDR than that of the VPC',
    fleet: withNetwork({ vpcCidr: '10.64.0.0/10' }),
    expected: ({ vpcs }) => [
      {
        subject: 'network/vpc',
        field: `CIDR of ${first(vpcs).id}`,
        have: '10.80.0.0/16',
        reason: 'CidrDiffers',
        by: 'manual',
        message: /declare 10\.80\.0\.0\/16 as/,
      },
    ],
  },
];

function defaultRoute({ routeTables, gateways }: Ec2) {
  return {
    RouteTableId: first(routeTables).id,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: first(gateways).id,
  };
}

describe('the VPC network of a Cluster', () => {
  for (const one of cases) it(one.name, () => checkCase(one));
});

describe('a VPC network that EC2 does not show', () => {
  for (const hidden of ['DescribeSubnets', 'DescribeSecurityGroups'])
    it(`${hidden} fails: no VPC is created, and of two none is deleted`, async () => {
      for (const change of [(ec2: Ec2) => untag(first(ec2.vpcs)), addDuplicateVpc]) {
        const world = copyOf(await convergedWorld(fleet));
        change(world.ec2);
        const { reader } = simulate(world);
        const readEc2: typeof reader.readEc2 = async (query) => {
          if (query.action === hidden) throw new Error('EC2 did not answer');
          return reader.readEc2(query);
        };
        const { plan } = await observeAndPlan(fleet, reconcilers, { ...reader, readEc2 });
        const calls = plan.steps.flatMap(({ action }) => (action.operation === 'ec2-call' ? [action.call.action] : []));
        expect(calls).to.deep.equal([]);
        const finding = plan.findings.find(({ subject }) => subject === 'network/vpc');
        expect([finding?.reason, finding?.remedy.by]).to.deep.equal(['NotObserved', 'unknown']);
      }
    });
});
