import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { applyEc2Command } from '../../../simulation/ec2.ts';
import { endPending } from '../../../simulation/scenarios/broken-worlds.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { checkCase, type Ec2, type Ec2Case, first, createdFleet as fleet, untag } from '../../support/ec2-findings.ts';

const withCreation = (change: object, name = 'redis-1'): Fleet => ({
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

const withNetwork = (network: Partial<Fleet['cluster']['network']>): Fleet => ({
  ...fleet,
  cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, ...network } },
});

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
}

const isOf =
  (host: string) =>
  ({ tags }: Tagged): boolean =>
    tags['ec2-redis-operator/host'] === host;

function instanceOf({ instances }: Ec2, host: string): Ec2['instances'][number] {
  return first(instances.filter(({ tags }) => tags['Name'] === host));
}

function interfaceOf({ interfaces }: Ec2, host: string): Ec2['interfaces'][number] {
  return first(interfaces.filter(isOf(host)));
}

function remove(ec2: Ec2, host = 'redis-1'): void {
  const is = isOf(host);
  ec2.instances = ec2.instances.filter((one) => !is(one));
  ec2.interfaces = ec2.interfaces.filter((one) => !is(one));
}

function stop(ec2: Ec2, tags: Readonly<Record<string, string>>): void {
  const one = instanceOf(ec2, 'redis-1');
  Object.assign(one, { state: 'stopped', tags: { ...one.tags, ...tags } });
}

const cases: readonly Ec2Case[] = [
  {
    name: 'a stopped instance is started',
    change: ({ instances }) => Object.assign(first(instances), { state: 'stopped' }),
    expected: ({ instances }) => [
      {
        subject: 'instance/proxy-1',
        field: 'instance state',
        have: 'stopped',
        reason: 'NotRunning',
        by: 'action',
        calls: [['StartInstances', { InstanceIds: [first(instances).instanceId] }]],
      },
    ],
  },
  {
    name: 'neither instance nor network interface: both are created in one call, so that no host is created twice',
    change: (ec2) => remove(ec2),
    expected: ({ subnets, groups }) => {
      const SubnetId = first(subnets).id;
      const nic = { DeviceIndex: 0, SubnetId, PrivateIpAddress: '10.80.1.10', Groups: [first(groups).id] };
      const more = { AssociatePublicIpAddress: true, DeleteOnTermination: true, Description: 'lawful redis-1' };
      const call = { NetworkInterfaces: [{ ...nic, ...more }] };
      const common = { subject: 'instance/redis-1', field: 'instance', have: 'absent', reason: 'Missing' } as const;
      return [{ ...common, by: 'action', calls: [['RunInstances', call]] }];
    },
  },
  {
    name: 'no instance, and a network interface of the host that was left behind: it is deleted first',
    change: (ec2) => {
      const nic = interfaceOf(ec2, 'redis-1');
      remove(ec2);
      ec2.interfaces.push({ ...nic, instanceId: undefined, status: 'available', attachmentId: undefined });
    },
    expected: (ec2) => {
      const { networkInterfaceId: id } = interfaceOf(ec2, 'redis-1');
      const values = { field: 'address 10.80.1.10', have: `on ${id}, which no instance uses` };
      const remedy = { by: 'action', calls: [['DeleteNetworkInterface', { NetworkInterfaceId: id }]] } as const;
      return [{ subject: 'instance/redis-1', ...values, reason: 'InterfaceLeftBehind', ...remedy }];
    },
  },
  {
    name: 'no instance, an AMI of another architecture, and a zone that does not offer the type',
    change: (ec2) => {
      remove(ec2);
      Object.assign(ec2, { armImages: ['ami-00000001'], closedZones: ['lab-1a'] });
    },
    expected: () => {
      const common = { subject: 'instance/redis-1', by: 'manual' } as const;
      return [
        {
          ...common,
          field: 'architecture of ami-00000001',
          have: 'arm64',
          reason: 'ArchitectureDiffers',
          message: /m5\.large boots AMIs for x86_64/,
        },
        {
          ...common,
          field: 'instance type m5.large in lab-1a',
          have: 'not offered',
          reason: 'InstanceTypeNotOffered',
          message: /lab-1a does not offer m5\.large, and lab-1b, lab-1c do/,
        },
      ];
    },
  },
  {
    name: 'no instance, and neither AMI, instance type nor key pair exist: all are reported at once',
    change: (ec2) => {
      remove(ec2);
      ec2.keyPairs.splice(0);
    },
    fleet: withCreation({ image: 'ami-0badbadb', type: 'm9.huge' }),
    expected: () => {
      const common = { subject: 'instance/redis-1', have: 'absent', by: 'manual' } as const;
      return [
        { ...common, field: 'AMI ami-0badbadb', reason: 'AmiNotFound' },
        { ...common, field: 'instance type m9.huge', reason: 'InstanceTypeNotFound' },
        {
          ...common,
          field: 'key pair operator',
          reason: 'KeyPairNotFound',
          message: /aws ec2 import-key-pair --key-name operator/,
        },
      ];
    },
  },
  {
    name: 'no instance, and a type that does not support ENA',
    change: (ec2) => remove(ec2),
    fleet: withCreation({ type: 'c4.large', enhancedNetworking: 'ena' }),
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'ENA of c4.large',
        have: 'absent',
        reason: 'EnaUnsupported',
        by: 'manual',
      },
    ],
  },
  {
    name: 'no instance, and its address on a foreign network interface',
    change: (ec2) => {
      const nic = interfaceOf(ec2, 'redis-1');
      remove(ec2);
      ec2.interfaces.push({ ...nic, tags: {}, networkInterfaceId: 'eni-ffffffff' });
    },
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'address 10.80.1.10',
        have: 'on eni-ffffffff',
        reason: 'AddressTaken',
        by: 'manual',
        message: /eni-ffffffff .*ec2-redis-operator\/host=redis-1/,
      },
    ],
  },
  {
    name: 'an instance without its tags: no second one is created',
    change: (ec2) => untag(instanceOf(ec2, 'redis-1')),
    expected: (ec2) => [
      {
        subject: 'instance/redis-1',
        field: 'instance',
        have: `${interfaceOf(ec2, 'redis-1').networkInterfaceId} in-use`,
        reason: 'InstanceNotShownYet',
        by: 'waiting',
        cause: 'settling',
        message: /aws ec2 create-tags --resources i-/,
      },
    ],
  },
  {
    name: 'tags that were moved to the instance of another host',
    change: (ec2) => {
      const [own, other] = [instanceOf(ec2, 'redis-1'), instanceOf(ec2, 'redis-2')];
      other.tags = { ...own.tags };
      untag(own);
    },
    expected: (ec2) => [
      {
        subject: 'instance/redis-1',
        field: 'address',
        have: '10.80.2.11',
        reason: 'AddressDiffers',
        by: 'manual',
        message: /declare 10\.80\.2\.11/,
      },
      {
        subject: 'instance/redis-2',
        field: 'instance',
        have: `${interfaceOf(ec2, 'redis-2').networkInterfaceId} in-use`,
        reason: 'InstanceNotShownYet',
        by: 'waiting',
        cause: 'settling',
      },
    ],
  },
  {
    name: 'two instances with the tags of one host',
    change: ({ instances }) => instances.push({ ...copyOf(first(instances)), instanceId: 'i-ffffffff' }),
    expected: () => [
      {
        subject: 'instance/proxy-1',
        field: 'instance',
        have: 'unknown',
        reason: 'NotObserved',
        by: 'unknown',
        message: /2 instances match/,
      },
    ],
  },
  {
    name: 'public addresses are declared, and an instance has none: EC2 gives one only at launch',
    fleet: withNetwork({
      egress: { publicAddresses: true, natGateways: [], endpoints: { ec2: undefined, s3: undefined } },
    }),
    change: ({ instances }) => {
      for (const one of instances) if (one.tags['Name'] === 'redis-1') one.publicAddress = undefined;
    },
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'public address',
        have: 'none',
        reason: 'PublicAddressMissing',
        by: 'manual',
        message: /aws ec2 associate-address --network-interface-id eni-/,
      },
    ],
  },
  {
    name: 'public addresses are declared, and the default route is missing: no host is created before it leads out',
    fleet: withNetwork({
      egress: { publicAddresses: true, natGateways: [], endpoints: { ec2: undefined, s3: undefined } },
    }),
    change: (ec2) => {
      ec2.instances = [];
      ec2.interfaces = [];
      first(ec2.routeTables).routes = [];
    },
    expected: () => [
      {
        subject: 'network/internet-gateway',
        field: 'default route',
        have: 'absent',
        reason: 'DefaultRouteDiffers',
        by: 'action',
        calls: [['CreateRoute', {}]],
      },
      ...['proxy-1', 'proxy-2', 'redis-1', 'redis-2', 'redis-3'].map((name) => ({
        subject: `instance/${name}` as const,
        field: 'instance',
        have: 'absent',
        reason: 'DependencyNotReady' as const,
        by: 'waiting' as const,
        cause: 'dependency' as const,
        dependsOn: 'network/internet-gateway' as const,
      })),
    ],
  },
  {
    name: 'another type and another AMI: neither is changed',
    fleet: withCreation({ type: 'c4.large', image: 'ami-0badbadb' }),
    expected: () => [
      {
        subject: 'instance/redis-1',
        field: 'instance type',
        have: 'm5.large',
        reason: 'InstanceTypeDiffers',
        by: 'manual',
        message: /aws ec2 modify-instance-attribute --instance-id i-\w+ --instance-type c4\.large/,
      },
      { subject: 'instance/redis-1', field: 'AMI', have: 'ami-00000001', reason: 'AmiDiffers', by: 'info' },
    ],
  },
  {
    name: 'SR-IOV is declared, and the instance was stopped for it: it is enabled before the start',
    change: (ec2) => stop(ec2, { 'ec2-redis-operator/driver': 'ixgbevf' }),
    fleet: withCreation({ enhancedNetworking: 'sriov' }),
    expected: (ec2) => [
      {
        subject: 'instance/redis-1',
        field: 'SR-IOV',
        have: 'disabled',
        reason: 'SriovDisabled',
        by: 'action',
        calls: [
          [
            'ModifyInstanceAttribute',
            { InstanceId: instanceOf(ec2, 'redis-1').instanceId, SriovNetSupport: { Value: 'simple' } },
          ],
        ],
      },
    ],
  },
  {
    name: 'SR-IOV is declared, and the instance was stopped by somebody else: it is started, to be checked first',
    change: (ec2) => stop(ec2, {}),
    fleet: withCreation({ enhancedNetworking: 'sriov' }),
    expected: (ec2) => [
      {
        subject: 'instance/redis-1',
        field: 'instance state',
        have: 'stopped',
        reason: 'NotRunning',
        by: 'action',
        calls: [['StartInstances', { InstanceIds: [instanceOf(ec2, 'redis-1').instanceId] }]],
      },
    ],
  },
  {
    name: 'declared tags: the missing and the different ones are added, others stay',
    change: ({ instances, interfaces }) => {
      Object.assign(first(instances).tags, { 'cost-center': '41', theirs: 'yes' });
      delete first(interfaces).tags['cost-center'];
    },
    expected: ({ instances, interfaces }) => {
      const common = { subject: 'instance/proxy-1@tags', reason: 'TagsDiffer', by: 'action' } as const;
      const calls = (id: string) =>
        [['CreateTags', { Resources: [id], Tags: [{ Key: 'cost-center', Value: '42' }] }]] as const;
      const [{ instanceId: i }, { networkInterfaceId: eni }] = [first(instances), first(interfaces)];
      return [
        { ...common, field: `tags of ${i}`, have: 'cost-center=41', calls: calls(i) },
        { ...common, field: `tags of ${eni}`, have: 'no cost-center', calls: calls(eni ?? '') },
      ];
    },
  },
  {
    name: 'a root volume with other settings is shown, and left as it is',
    change: ({ volumes }) => Object.assign(first(volumes), { encrypted: false, gibibytes: 8, type: 'gp2' }),
    expected: ({ volumes }) => {
      const { id } = first(volumes);
      const common = { subject: 'instance/proxy-1@volumes', reason: 'VolumeDiffers', by: 'info' } as const;
      return [
        { ...common, field: `size of ${id}`, have: '8 GiB' },
        { ...common, field: `volume type of ${id}`, have: 'gp2' },
        { ...common, field: `encryption of ${id}`, have: 'not encrypted' },
      ];
    },
  },
  {
    name: 'no instance: a launch asks for what is declared of its root volume, and for termination protection',
    change: (ec2) => remove(ec2),
    fleet: withCreation({
      rootVolume: {
        gibibytes: 30,
        type: 'gp3',
        encrypted: true,
        kmsKey: 'alias/redis',
        iops: 4000,
        throughput: 250,
      },
    }),
    expected: () => [
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
              DisableApiTermination: true,
              BlockDeviceMappings: [
                {
                  DeviceName: '/dev/xvda',
                  Ebs: {
                    VolumeSize: 30,
                    VolumeType: 'gp3',
                    Encrypted: true,
                    KmsKeyId: 'alias/redis',
                    Iops: 4000,
                    Throughput: 250,
                    DeleteOnTermination: true,
                  },
                },
              ],
            },
          ],
        ],
      },
    ],
  },
  {
    name: 'IMDSv1 allowed: IMDSv2 is required',
    change: ({ instances }) => Object.assign(first(instances), { imdsv2: false }),
    expected: ({ instances }) => [
      {
        subject: 'instance/proxy-1',
        field: 'instance metadata',
        have: 'IMDSv1 allowed',
        reason: 'Imdsv1Allowed',
        by: 'action',
        calls: [['ModifyInstanceMetadataOptions', { InstanceId: first(instances).instanceId, HttpTokens: 'required' }]],
      },
    ],
  },
];

describe('created instances', () => {
  for (const one of cases) it(one.name, () => checkCase(one));

  describe('an instance that ended while it was pending', () => {
    it('is created again by a call without a client token, and the reason is shown', async () => {
      const world = copyOf(await convergedWorld(fleet));
      const launches = [];
      for (let life = 0; life < 3; life++) {
        endPending(world, 'proxy-2');
        const { plan } = await observeAndPlan(fleet, reconcilers, simulate(world).reader);
        const [step] = plan.steps.filter(({ action }) => action.operation === 'ec2-call');
        if (step?.action.operation !== 'ec2-call') throw new Error('no call of EC2 is planned');
        expect(step.action.call).to.include({ action: 'RunInstances' });
        expect(step.action.call.input).not.to.have.property('ClientToken');
        const finding = plan.findings.find(({ subject }) => subject === 'instance/proxy-2');
        const { instanceId } = world.ec2.instances.filter(isOf('proxy-2')).at(-1) ?? {};
        expect(finding?.have).to.match(new RegExp(`^${instanceId} has ended: Client\\.UserInitiatedShutdown`));
        launches.push(step.id);
        world.now += 60_000;
        applyEc2Command(world, step.action.call);
      }
      expect(new Set(launches), 'all launches are one step, so that they are counted').to.have.property('size', 1);
    });

    it('apply creates the host again, also if its interface was left behind', async () => {
      for (const deleted of [true, false]) {
        const world = copyOf(await convergedWorld(fleet));
        endPending(world, 'proxy-2', deleted);
        const { outcome } = await run(fleet, simulate(world));
        expect(outcome.result).to.equal('done');
      }
    });
  });

  it('with public addresses declared, a host is created with one, and has one again after a stop', async () => {
    const of = fleetOf({ ...plainFleet, adopt: 'create', egress: 'publicAddresses' });
    const world = copyOf(await convergedWorld(of));
    const { instanceId, publicAddress } = instanceOf(world.ec2, 'redis-1');
    expect(publicAddress).to.be.a('string');
    applyEc2Command(world, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
    const { outcome } = await run(of, simulate(world));
    expect(outcome.result).to.equal('done');
    expect(outcome.left).to.deep.equal([]);
  });

  it('the answer to a launch was lost: EC2 refuses the next one, and there is one instance', async () => {
    const world = copyOf(await convergedWorld(fleet));
    remove(world.ec2, 'redis-1');
    const { plan } = await observeAndPlan(fleet, reconcilers, simulate(world).reader);
    const [launch] = plan.steps.flatMap(({ action }) => (action.operation === 'ec2-call' ? [action.call] : []));
    if (!launch) throw new Error('no call of EC2 is planned');
    applyEc2Command(world, launch);
    expect(() => applyEc2Command(world, launch)).to.throw('InvalidIPAddress.InUse');
    expect(world.ec2.instances.filter(isOf('redis-1'))).to.have.lengthOf(1);
  });
});
