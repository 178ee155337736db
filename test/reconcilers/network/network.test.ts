import { expect } from 'chai';
import { look } from '../../../controller/pass.ts';
import { wordsFor } from '../../../controller/perform.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { copyOf } from '../../../reconcilers/model/copy.ts';
import type { World } from '../../../reconcilers/model/world.ts';
import { fleetOf, plainFleet } from '../../support/fleets.ts';
import { simulate } from '../../support/simulated-world.ts';
import { convergedWorld } from '../../support/start.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create' });
type Ec2 = World['ec2'];

/** What is found of network and instances once the account was changed, and the words of what would be done. */
async function found(change: (ec2: Ec2) => void, of: Fleet = fleet): Promise<readonly string[]> {
  const world = copyOf(await convergedWorld(fleet));
  change(world.ec2);
  const { plan } = await look(of, reconcilers, simulate(world).senses);
  return plan.findings.filter(({ subject }) => /^(network|instance)\//.test(subject)).map(line);
}

function line({ subject, field, have, remedy }: Drift): string {
  const what =
    remedy.by === 'action' ? remedy.actions.map(wordsFor).join('; ') : 'reason' in remedy ? remedy.reason : '';
  return `${subject}: ${field}: ${have}: ${remedy.by}: ${what}`;
}

const first = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error('the list is empty');
  return one;
};
const untag = (thing: { tags: Record<string, string> }) => {
  thing.tags = {};
};
const ground = (network: Partial<Fleet['cluster']['network']>): Fleet => ({
  ...fleet,
  cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, ...network } },
});
const hosts = (change: object, name = 'redis-1'): Fleet => ({
  ...fleet,
  cluster: {
    ...fleet.cluster,
    hosts: fleet.cluster.hosts.map((host) =>
      host.name === name && 'create' in host.origin
        ? { ...host, origin: { create: { ...host.origin.create, ...change } } }
        : host,
    ),
  },
});
const gone = (ec2: Ec2, host = 'redis-1') => {
  const is = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    tags['ec2-redis-operator/host'] === host;
  ec2.instances = ec2.instances.filter((one) => !is(one));
  ec2.interfaces = ec2.interfaces.filter((one) => !is(one));
};

interface Case {
  readonly why: string;
  readonly change?: (ec2: Ec2) => void;
  readonly of?: Fleet;
  readonly says: readonly RegExp[];
}

const network: readonly Case[] = [
  { why: 'in order', says: [] },
  {
    why: 'the VPC lost its tag: no second one is made',
    change: (ec2) => untag(first(ec2.vpcs)),
    says: [
      /^network\/vpc: VPC: vpc-\w+ without our tag: operator: .*put it back \(aws ec2 create-tags --resources vpc-/,
    ],
  },
  {
    why: 'a subnet lost its tag: no second one is made',
    change: (ec2) => untag(first(ec2.subnets)),
    says: [/^network\/subnet-a: subnet a: subnet-\w+ without our tag: operator: .*adopt: \{ id: subnet-/],
  },
  {
    why: 'the security group lost its tag',
    change: (ec2) => untag(first(ec2.groups)),
    says: [/^network\/security-group: .* without our tag: operator:/],
  },
  {
    why: 'a VPC made twice: the empty one goes',
    change: (ec2) => {
      const twin = { ...copyOf(first(ec2.vpcs)), id: 'vpc-ffffffff' };
      ec2.vpcs.unshift(twin);
    },
    says: [/^network\/vpc: VPC vpc-ffffffff: made twice: action: delete VPC vpc-ffffffff, made twice$/],
  },
  {
    why: 'a VPC made twice, with a subnet in it: that goes first',
    change: (ec2) => {
      ec2.vpcs.unshift({ ...copyOf(first(ec2.vpcs)), id: 'vpc-ffffffff' });
      ec2.subnets.push({ ...copyOf(first(ec2.subnets)), id: 'subnet-ffffffff', vpcId: 'vpc-ffffffff' });
    },
    says: [/^network\/vpc: VPC vpc-ffffffff: made twice: action: delete subnet subnet-ffffffff of vpc-ffffffff/],
  },
  {
    why: 'an internet gateway made twice',
    change: (ec2) => ec2.gateways.push({ ...copyOf(first(ec2.gateways)), id: 'igw-ffffffff', vpcIds: [] }),
    says: [/^network\/internet-gateway: internet gateway igw-ffffffff: made twice: action: delete/],
  },
  {
    why: 'the gateway detached',
    change: (ec2) => Object.assign(first(ec2.gateways), { vpcIds: [] }),
    says: [/^network\/internet-gateway: .*attached to nothing: action: attach internet gateway/],
  },
  {
    why: 'the default route gone',
    change: (ec2) => Object.assign(first(ec2.routeTables), { routes: [] }),
    says: [/^network\/internet-gateway: default route: none: action: route 0\.0\.0\.0\/0 to igw-/],
  },
  {
    why: 'the default route leads into nothing',
    change: (ec2) =>
      Object.assign(first(ec2.routeTables), {
        routes: [{ destination: '0.0.0.0/0', gatewayId: 'igw-00000099', state: 'blackhole' }],
      }),
    says: [/^network\/internet-gateway: default route: to igw-00000099 \(blackhole\): action:/],
  },
  {
    why: 'a rule removed',
    change: (ec2) => {
      const group = first(ec2.groups);
      group.ingress = group.ingress.filter(({ protocol }) => protocol !== '112');
    },
    says: [/^network\/security-group: rule VRRP from each other: not let in: action: let in VRRP from each other/],
  },
  {
    why: 'everything let in by somebody: nothing is missing, and theirs is left alone',
    change: (ec2) => {
      const group = first(ec2.groups);
      const all = (source: string) => ({ protocol: '-1', from: undefined, to: undefined, source, description: 'mine' });
      group.ingress = [group.id, '10.0.0.0/8', '10.80.0.0/24'].map(all);
    },
    says: [],
  },
  {
    why: 'clients let in from nowhere any more',
    of: ground({
      securityGroup: { origin: { create: true }, sshFrom: ['10.80.0.0/24'], clientsFrom: [] },
    }),
    says: [
      /rule TCP 6380 from 10\.0\.0\.0\/8: let in: action: let in TCP 6380 from 10\.0\.0\.0\/8 to sg-\w+ no more$/,
      /rule ICMP 3\/4 from 10\.0\.0\.0\/8: let in: action/,
    ],
  },
  {
    why: 'a rule for a Tenant that left the documents: it goes when that is pruned',
    of: { ...fleet, tenants: [] },
    says: [/rule TCP 6380 from 10\.0\.0\.0\/8: let in: notice: nobody declares/],
  },
  {
    why: 'a VPC adopted that is not there',
    of: ground({ vpc: { adopt: { id: 'vpc-12345678' } } }),
    says: [/^network\/vpc: VPC: none in this account and region: operator: nothing with id vpc-12345678/],
  },
  {
    why: 'a subnet adopted that lies in another zone',
    of: ground({
      subnets: fleet.cluster.network.subnets.map((one) =>
        one.name === 'b'
          ? { ...one, zone: 'lab-1c', origin: { adopt: { tag: { key: 'Name', value: 'lawful-subnet-b' } } } }
          : one,
      ),
    }),
    says: [
      /^network\/subnet-b: zone of subnet-\w+: lab-1b: operator: subnet-\w+ has lab-1b, which a subnet keeps for life/,
    ],
  },
  {
    why: 'another range declared',
    of: ground({ vpcCidr: '10.64.0.0/10' }),
    says: [/^network\/vpc: range of vpc-\w+: 10\.80\.0\.0\/16: operator: .*declare 10\.80\.0\.0\/16 as/],
  },
];

const instances: readonly Case[] = [
  {
    why: 'stopped: started again',
    change: (ec2) => Object.assign(first(ec2.instances), { state: 'stopped' }),
    says: [/^instance\/proxy-1: instance state: stopped: action: start i-\w+ of proxy-1$/],
  },
  {
    why: 'gone, its interface too: an interface first',
    change: gone,
    says: [/^instance\/redis-1: network interface: none: action: create network interface 10\.80\.1\.10 of redis-1/],
  },
  {
    why: 'gone, and an AMI that is not there, a type that is not there, no key: all at once',
    change: (ec2) => {
      gone(ec2);
      ec2.keyPairs.splice(0);
    },
    of: hosts({ image: 'ami-0badbadb', type: 'm9.huge' }),
    says: [
      /AMI ami-0badbadb: none in this region: operator/,
      /instance type m9\.huge: none/,
      /key pair operator: none .*import-key-pair/,
    ],
  },
  {
    why: 'gone, and a type without ENA',
    change: gone,
    of: hosts({ type: 'c4.large', enhancedNetworking: 'ena' }),
    says: [/ENA of c4\.large: none in this region: operator: c4\.large has no ENA/],
  },
  {
    why: 'gone, and its address taken by another',
    change: (ec2) => {
      const card = ec2.interfaces.find(({ tags }) => tags['ec2-redis-operator/host'] === 'redis-1');
      gone(ec2);
      if (card) ec2.interfaces.push({ ...card, tags: {}, networkInterfaceId: 'eni-ffffffff' });
    },
    says: [/^instance\/redis-1: address 10\.80\.1\.10: taken by eni-ffffffff: operator: .*declare another address/],
  },
  {
    why: 'its tag lost: no second one is made',
    change: (ec2) => untag(ec2.instances.find(({ tags }) => tags['Name'] === 'redis-1') ?? { tags: {} }),
    says: [
      /^instance\/redis-1: instance: eni-\w+ is in-use: waiting: .*put it back \(aws ec2 create-tags --resources i-/,
    ],
  },
  {
    why: 'its tag moved to another',
    change: (ec2) => {
      const of = (host: string) => ec2.instances.find(({ tags }) => tags['Name'] === host);
      const [own, other] = [of('redis-1'), of('redis-2')];
      if (!own || !other) throw new Error('no such instances');
      other.tags = { ...own.tags };
      untag(own);
    },
    says: [
      /^instance\/redis-1: address: 10\.80\.2\.11: operator: .*if the tag was moved there, put it back/,
      /^instance\/redis-2: instance: eni-\w+ is in-use: waiting/,
    ],
  },
  {
    why: 'its tag on two',
    change: (ec2) => ec2.instances.push({ ...copyOf(first(ec2.instances)), instanceId: 'i-ffffffff' }),
    says: [/^instance\/proxy-1: instance: could not be seen: blind: 2 instances match: .*take the tag/],
  },
  {
    why: 'another type, another AMI',
    of: hosts({ type: 'c4.large', image: 'ami-0badbadb' }),
    says: [/type: m5\.large: operator: another type needs a stop/, /AMI: ami-00000001: notice: .*left as it is/],
  },
  {
    why: 'SR-IOV declared, and stopped for it: it is turned on first',
    change: (ec2) => stopped(ec2, { 'ec2-redis-operator/driver': 'ixgbevf' }),
    of: hosts({ enhancedNetworking: 'sriov' }),
    says: [/^instance\/redis-1: SR-IOV: off, and stopped: action: turn SR-IOV on for i-\w+ of redis-1$/],
  },
  {
    why: 'SR-IOV declared, and stopped by somebody: it is started, to be looked at',
    change: (ec2) => stopped(ec2, {}),
    of: hosts({ enhancedNetworking: 'sriov' }),
    says: [/^instance\/redis-1: instance state: stopped: action: start i-\w+ of redis-1$/],
  },
  {
    why: 'IMDSv1 allowed',
    change: (ec2) => Object.assign(first(ec2.instances), { imdsv2: false }),
    says: [/metadata: IMDSv1 allowed: action: require IMDSv2/],
  },
];

function stopped(ec2: Ec2, tags: Readonly<Record<string, string>>): void {
  for (const one of ec2.instances)
    if (one.tags['Name'] === 'redis-1') Object.assign(one, { state: 'stopped', tags: { ...one.tags, ...tags } });
}

describe('the network of a Cluster', () => {
  for (const { why, change, of, says } of network)
    it(why, async () => expectLines(await found(change ?? (() => {}), of), says));
});

describe('what EC2 does not show', () => {
  for (const hidden of ['DescribeSubnets', 'DescribeSecurityGroups'])
    it(`${hidden} fails: no VPC is made, and of two none is taken away`, async () => {
      for (const change of [
        (ec2: Ec2) => untag(first(ec2.vpcs)),
        (ec2: Ec2) => ec2.vpcs.unshift({ ...copyOf(first(ec2.vpcs)), id: 'vpc-ffffffff' }),
      ]) {
        const world = copyOf(await convergedWorld(fleet));
        change(world.ec2);
        const { senses } = simulate(world);
        const askEc2: typeof senses.askEc2 = async (query) => {
          if (query.action === hidden) throw new Error('EC2 did not answer');
          return senses.askEc2(query);
        };
        const { plan } = await look(fleet, reconcilers, { ...senses, askEc2 });
        const calls = plan.steps.flatMap(({ action }) => (action.verb === 'ec2-call' ? [action.call.action] : []));
        expect(calls).to.deep.equal([]);
        expect(plan.findings.find(({ subject }) => subject === 'network/vpc')?.remedy.by).to.equal('blind');
      }
    });
});

describe('instances of our making', () => {
  for (const { why, change, of, says } of instances)
    it(why, async () => expectLines(await found(change ?? (() => {}), of), says));

  it('an instance made anew has another token', async () => {
    const world = copyOf(await convergedWorld(fleet));
    const [before] = Object.keys(world.ec2.tokens);
    gone(world.ec2, 'proxy-1');
    world.ec2.interfaces.push({
      ...first(world.ec2.interfaces),
      networkInterfaceId: 'eni-0000beef',
      instanceId: undefined,
      status: 'available',
      addresses: [{ address: '10.80.1.13', primary: true }],
      tags: { 'ec2-redis-operator/cluster': 'lawful', 'ec2-redis-operator/host': 'proxy-1' },
    });
    const { plan } = await look(fleet, reconcilers, simulate(world).senses);
    const [run] = plan.steps.flatMap(({ action }) => (action.verb === 'ec2-call' ? [action.call] : []));
    expect(run?.action).to.equal('RunInstances');
    expect(run?.input['ClientToken']).to.be.a('string').with.lengthOf(64).and.not.equal(before);
  });
});

function expectLines(lines: readonly string[], says: readonly RegExp[]): void {
  for (const [index, pattern] of says.entries()) expect(lines[index] ?? '', lines.join('\n')).to.match(pattern);
  expect(lines, lines.join('\n')).to.have.lengthOf(says.length);
}
