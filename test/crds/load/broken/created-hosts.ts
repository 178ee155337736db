import type { Broken } from './broken.ts';

/** The quickstart's Cluster with a created VPC network; each case breaks it in one way. */
const cluster = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`nothing to break: ${from}`);
    return text.replace(from, () => to);
  }, whole);

const whole = `apiVersion: redis-ec2.dev/v1alpha1
kind: Cluster
metadata:
  name: quickstart
spec:
  aws: { region: lab-1 }
  network:
    vpcCidr: 10.80.0.0/16
    vpc: { create: true }
    subnets:
      - { name: a, cidr: 10.80.1.0/24, zone: lab-1a, create: true }
      - { name: b, cidr: 10.80.2.0/24, zone: lab-1b, create: true }
    securityGroup: { create: true, sshFrom: [10.80.0.0/24] }
  ssh: { identity: { agent: true }, knownHosts: /etc/known_hosts }
  hosts:
    - { name: redis-1, role: redis, create: { subnet: a, address: 10.80.1.11 } }
    - { name: redis-2, role: redis, create: { subnet: b, address: 10.80.2.12 } }
    - { name: redis-3, role: redis, create: { subnet: a, address: 10.80.1.13 } }
    - { name: proxy-1, role: proxy, create: { subnet: a, address: 10.80.1.21 } }
    - { name: proxy-2, role: proxy, create: { subnet: a, address: 10.80.1.22 } }
  instances: { type: c4.large, image: ami-00000001 }
  runtime: { template: { name: bookworm, tarball: /srv/bookworm.tar.gz } }
`;

const broken = (why: string, changes: Readonly<Record<string, string>>, issues: Broken['issues']): Broken => ({
  why,
  edits: [{ file: 'cluster.yaml', text: cluster(changes) }],
  issues,
});

/** Invalid declarations of created resources. */
export const creation: readonly Broken[] = [
  broken(
    'tags that the operator sets itself, and one that AWS reserves',
    {
      '  aws: { region: lab-1 }': '  aws: { region: lab-1, tags: { Name: x, ec2-redis-operator/host: x, "aws:y": x } }',
    },
    [
      {
        at: 'cluster.yaml:6:39',
        path: 'spec.aws.tags.Name',
        problem: 'the tag Name is set by the operator',
        remedy: 'use another key',
      },
      {
        at: 'cluster.yaml:6:67',
        path: 'spec.aws.tags["ec2-redis-operator/host"]',
        problem: 'the tag ec2-redis-operator/host is set by the operator',
        remedy: 'use another key',
      },
      {
        at: 'cluster.yaml:6:79',
        path: 'spec.aws.tags["aws:y"]',
        problem: 'AWS reserves tag keys that begin with aws:',
        remedy: 'use another key',
      },
    ],
  ),
  broken('subnets and a group without a VPC', { '    vpc: { create: true }\n': '' }, [
    {
      at: 'cluster.yaml:7:3',
      path: 'spec.network',
      problem: 'created hosts need spec.network.vpc',
      remedy: 'declare it: `create: true`, or `adopt`',
    },
    {
      at: 'cluster.yaml:9:5',
      path: 'spec.network.subnets',
      problem: 'subnets is declared without a VPC',
      remedy: 'declare spec.network.vpc: `create: true`, or `adopt` with its id or a tag',
    },
    {
      at: 'cluster.yaml:12:5',
      path: 'spec.network.securityGroup',
      problem: 'securityGroup is declared without a VPC',
      remedy: 'declare spec.network.vpc: `create: true`, or `adopt` with its id or a tag',
    },
  ]),
  broken('a host that is neither', { 'create: { subnet: a, address: 10.80.1.13 } }': 'address: 10.80.1.13 }' }, [
    {
      at: 'cluster.yaml:18:37',
      path: 'spec.hosts[2].address',
      problem: 'unknown field "address"',
      remedy: 'remove it; known fields are name, role, adopt, ssh, create',
    },
  ]),
  broken(
    'a host that is both',
    { 'address: 10.80.1.13 } }': 'address: 10.80.1.13 }, adopt: { instanceId: i-12345678 } }' },
    [
      {
        at: 'cluster.yaml:18:7',
        path: 'spec.hosts[2]',
        problem: 'adopt and create exclude each other',
        remedy: 'give exactly one of adopt, create',
      },
    ],
  ),
  broken('a subnet that is neither', { 'zone: lab-1b, create: true': 'zone: lab-1b' }, [
    {
      at: 'cluster.yaml:12:9',
      path: 'spec.network.subnets[1]',
      problem: 'neither create nor adopt is given',
      remedy: 'give exactly one of create, adopt',
    },
  ]),
  broken('a subnet that does not exist', { 'subnet: b': 'subnet: c' }, [
    {
      at: 'cluster.yaml:17:55',
      path: 'spec.hosts[1].create.subnet',
      problem: 'there is no subnet named c',
      remedy: 'did you mean a?',
    },
  ]),
  broken('a subnet outside the VPC, and one too small', { '10.80.2.0/24': '10.90.2.0/29' }, [
    {
      at: 'cluster.yaml:12:26',
      path: 'spec.network.subnets[1].cidr',
      problem: '10.90.2.0/29 is outside vpcCidr, 10.80.0.0/16',
      remedy: 'use a part of 10.80.0.0/16',
    },
    {
      at: 'cluster.yaml:12:26',
      path: 'spec.network.subnets[1].cidr',
      problem: 'a /29 subnet is too small for EC2',
      remedy: 'use one from /16 to /28',
    },
    {
      at: 'cluster.yaml:17:67',
      path: 'spec.hosts[1].create.address',
      problem: '10.80.2.12 is outside subnet b, 10.90.2.0/29',
      remedy: 'use an address from 10.90.2.4 to 10.90.2.6',
    },
  ]),
  broken(
    'public addresses without an internet gateway',
    { '    securityGroup:': '    egress: { publicAddresses: true }\n    securityGroup:' },
    [
      {
        at: 'cluster.yaml:13:5',
        path: 'spec.network.egress',
        problem: 'without an internet gateway, hosts reach neither the EC2 API nor package repositories',
        remedy: 'declare spec.network.internetGateway: `create: true`, or `adopt` with its id or a tag',
      },
    ],
  ),
  broken('subnets that overlap', { '10.80.2.0/24': '10.80.0.0/20' }, [
    {
      at: 'cluster.yaml:12:26',
      path: 'spec.network.subnets[1].cidr',
      problem: 'overlaps subnet a at cluster.yaml:11',
      remedy: 'give each subnet a range of its own',
    },
  ]),
  broken(
    'an address of another subnet, one that EC2 reserves, one that is used twice',
    { '10.80.2.12': '10.80.1.12', '10.80.1.13': '10.80.1.3', '10.80.1.22': '10.80.1.21' },
    [
      {
        at: 'cluster.yaml:17:67',
        path: 'spec.hosts[1].create.address',
        problem: '10.80.1.12 is outside subnet b, 10.80.2.0/24',
        remedy: 'use an address from 10.80.2.4 to 10.80.2.254',
      },
      {
        at: 'cluster.yaml:18:67',
        path: 'spec.hosts[2].create.address',
        problem: '10.80.1.3 is reserved by EC2 in subnet a',
        remedy: 'use an address from 10.80.1.4 to 10.80.1.254',
      },
      {
        at: 'cluster.yaml:20:67',
        path: 'spec.hosts[4].create.address',
        problem: '10.80.1.21 is assigned to two hosts; the other is at cluster.yaml:19',
        remedy: 'give each host its own address',
      },
    ],
  ),
  broken('neither type nor AMI', { 'type: c4.large, image: ami-00000001': 'keyName: operator' }, [
    {
      at: 'cluster.yaml:16:37',
      path: 'spec.hosts[0].create',
      problem: 'image is missing for redis-1, redis-2, redis-3, proxy-1, proxy-2',
      remedy: 'set spec.instances.image, or image for each of these hosts',
    },
    {
      at: 'cluster.yaml:16:37',
      path: 'spec.hosts[0].create',
      problem: 'type is missing for redis-1, redis-2, redis-3, proxy-1, proxy-2',
      remedy: 'set spec.instances.type, or type for each of these hosts',
    },
  ]),
  broken(
    'SR-IOV of a type without it',
    { 'type: c4.large, image: ami-00000001': 'type: m5.large, image: ami-00000001, enhancedNetworking: sriov' },
    [
      {
        at: 'cluster.yaml:21:73',
        path: 'spec.instances.enhancedNetworking',
        problem: 'm5.large has no SR-IOV (Intel 82599)',
        remedy: 'use `ena` or `none`, or a type of C3, C4, D2, I2, M4, R3 (m4.16xlarge apart)',
      },
    ],
  ),
  broken(
    'SR-IOV of the one M4 without it',
    { '10.80.1.13': '10.80.1.13, type: m4.16xlarge, enhancedNetworking: sriov' },
    [
      {
        at: 'cluster.yaml:18:118',
        path: 'spec.hosts[2].create.enhancedNetworking',
        problem: 'm4.16xlarge has no SR-IOV (Intel 82599)',
        remedy: 'use `ena` or `none`, or a type of C3, C4, D2, I2, M4, R3 (m4.16xlarge apart)',
      },
    ],
  ),
  broken('a root disk too small', { 'type: c4.large,': 'type: c4.large, rootVolume: { size: 4Gi },' }, [
    {
      at: 'cluster.yaml:21:52',
      path: 'spec.instances.rootVolume.size',
      problem: '4Gi is not a usable root disk',
      remedy: 'use a size from 8Gi to 16Ti',
    },
  ]),
  broken(
    'settings that the volume type does not have, and a key without encryption',
    {
      'type: c4.large,':
        'type: c4.large, rootVolume: { type: gp2, iops: 4000, throughput: 250, encrypted: false, kmsKey: alias/k },',
    },
    [
      {
        at: 'cluster.yaml:21:63',
        path: 'spec.instances.rootVolume.iops',
        problem: 'gp2 has no iops to set',
        remedy: 'use gp3, io1 or io2, or remove iops',
      },
      {
        at: 'cluster.yaml:21:81',
        path: 'spec.instances.rootVolume.throughput',
        problem: 'gp2 has no throughput to set',
        remedy: 'use gp3, or remove throughput',
      },
      {
        at: 'cluster.yaml:21:112',
        path: 'spec.instances.rootVolume.kmsKey',
        problem: 'a key without encryption',
        remedy: 'remove kmsKey, or `encrypted: false`',
      },
    ],
  ),
  broken('a volume type that needs iops', { 'type: c4.large,': 'type: c4.large, rootVolume: { type: io2 },' }, [
    {
      at: 'cluster.yaml:21:52',
      path: 'spec.instances.rootVolume.type',
      problem: 'io2 needs iops',
      remedy: 'declare iops, or use gp3',
    },
  ]),
  broken('a data volume of a proxy, without a size', { '10.80.1.22': '10.80.1.22, dataVolume: { type: gp3 }' }, [
    {
      at: 'cluster.yaml:20:79',
      path: 'spec.hosts[4].create.dataVolume',
      problem: 'proxy-2 is no Redis host',
      remedy: 'remove dataVolume',
    },
    {
      at: 'cluster.yaml:20:79',
      path: 'spec.hosts[4].create.dataVolume',
      problem: 'size is missing',
      remedy: 'declare the size',
    },
  ]),
  broken(
    'a data volume too large, of a type without throughput',
    { 'type: c4.large,': 'type: c4.large, dataVolume: { size: 17Ti, type: gp2, throughput: 250 },' },
    [
      {
        at: 'cluster.yaml:21:52',
        path: 'spec.instances.dataVolume.size',
        problem: '17Ti is not a usable data volume',
        remedy: 'use a size from 1Gi to 16Ti',
      },
      {
        at: 'cluster.yaml:21:81',
        path: 'spec.instances.dataVolume.throughput',
        problem: 'gp2 has no throughput to set',
        remedy: 'use gp3, or remove throughput',
      },
    ],
  ),
  broken(
    'data volumes of hosts with OpenVZ',
    { 'type: c4.large,': 'type: c4.large, dataVolume: { size: 10Gi },', 'runtime: {': 'runtime: { type: openvz,' },
    [
      {
        at: 'cluster.yaml:21:32',
        path: 'spec.instances.dataVolume',
        problem: 'OpenVZ hosts have no data volumes',
        remedy: 'use LXC, or remove dataVolume',
      },
    ],
  ),
  broken(
    'data volumes of hosts that are adopted',
    {
      'type: c4.large,': 'type: c4.large, dataVolume: { size: 10Gi },',
      'create: { subnet: a, address: 10.80.1.13 }': 'adopt: { instanceId: i-12345678 }',
    },
    [
      {
        at: 'cluster.yaml:21:32',
        path: 'spec.instances.dataVolume',
        problem: 'redis-3 is adopted, and gets no data volume',
        remedy: 'declare dataVolume under `create` of the other hosts instead',
      },
    ],
  ),
  broken(
    'eight Redis hosts of one zone in a spread placement group',
    {
      'subnet: b, address: 10.80.2.12': 'subnet: a, address: 10.80.1.12',
      'address: 10.80.1.13 } }':
        'address: 10.80.1.13 } }\n    - { name: redis-4, role: redis, create: { subnet: a, address: 10.80.1.14 } }\n    - { name: redis-5, role: redis, create: { subnet: a, address: 10.80.1.15 } }\n    - { name: redis-6, role: redis, create: { subnet: a, address: 10.80.1.16 } }\n    - { name: redis-7, role: redis, create: { subnet: a, address: 10.80.1.17 } }\n    - { name: redis-8, role: redis, create: { subnet: a, address: 10.80.1.18 } }',
      'type: c4.large,': 'type: c4.large, placementGroup: spread,',
    },
    [
      {
        at: 'cluster.yaml:26:48',
        path: 'spec.instances.placementGroup',
        problem: '8 Redis hosts are in lab-1a, and a spread placement group takes 7 per zone',
        remedy: 'use more zones, or remove placementGroup',
      },
    ],
  ),
  broken('proxies in two subnets', { 'subnet: a, address: 10.80.1.22': 'subnet: b, address: 10.80.2.22' }, [
    {
      at: 'proxypair.yaml:8:3',
      path: 'spec.hosts',
      problem: 'proxy-1 is in subnet a and proxy-2 in b, and a VIP can move only within one subnet',
      remedy: 'place both proxies of a pair in one subnet, or declare `overlay` and a vip outside the VPC',
    },
  ]),
  broken('a virtual address that is the address of a host', { '10.80.1.22': '10.80.1.100' }, [
    {
      at: 'proxypair.yaml:9:8',
      path: 'spec.vip',
      problem: '10.80.1.100 is the primary address of host proxy-2',
      remedy: 'use a free address',
    },
  ]),
  broken('a virtual address outside the proxies’ subnet', { '10.80.1.0/24': '10.80.1.0/26' }, [
    {
      at: 'proxypair.yaml:9:8',
      path: 'spec.vip',
      problem: "10.80.1.100 is outside a, the subnet of the pair's hosts (10.80.1.0/26)",
      remedy: 'use an address from 10.80.1.4 to 10.80.1.62',
    },
  ]),
  broken('no range is allowed to log in', { ', sshFrom: [10.80.0.0/24]': '' }, [
    {
      at: 'cluster.yaml:13:5',
      path: 'spec.network.securityGroup',
      problem: 'no range is allowed to reach the hosts by SSH, not even that of this operator',
      remedy: 'add the range of the machine that runs the operator to sshFrom',
    },
  ]),
  broken(
    'a VPC that is created and adopted',
    { 'vpc: { create: true }': 'vpc: { create: true, adopt: { id: vpc-12345678 } }' },
    [
      {
        at: 'cluster.yaml:9:5',
        path: 'spec.network.vpc',
        problem: 'create and adopt exclude each other',
        remedy: 'give exactly one of create, adopt',
      },
    ],
  ),
  {
    why: 'a way through a host that is not declared',
    edits: [{ file: 'cluster.yaml', from: '  ssh:\n', to: '  ssh:\n    reach: jump\n' }],
    issues: [
      {
        at: 'cluster.yaml:13:12',
        path: 'spec.ssh.reach',
        problem: '`jump` needs spec.ssh.jump',
        remedy: 'declare it, with the address of a bastion or the name of a host',
      },
    ],
  },
  {
    why: 'a bastion that nothing goes through',
    edits: [{ file: 'cluster.yaml', from: '  ssh:\n', to: '  ssh:\n    jump: { address: bastion }\n' }],
    issues: [
      {
        at: 'cluster.yaml:13:5',
        path: 'spec.ssh.jump',
        problem: 'reach is private, so that nothing goes through it',
        remedy: 'set `reach: jump`, or remove jump',
      },
    ],
  },
  {
    why: 'a way through a host of another name',
    edits: [{ file: 'cluster.yaml', from: '  ssh:\n', to: '  ssh:\n    reach: jump\n    jump: { host: proxy-0 }\n' }],
    issues: [
      {
        at: 'cluster.yaml:14:19',
        path: 'spec.ssh.jump.host',
        problem: 'there is no host named proxy-0',
        remedy: 'did you mean proxy-1?',
      },
    ],
  },
  {
    why: 'two logins on one host',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  ssh:\n',
        to: '  ssh:\n    reach: jump\n    jump: { host: proxy-1, user: ops }\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:14:34',
        path: 'spec.ssh.jump.user',
        problem: 'proxy-1 has one login, for itself and for what goes through it',
        remedy: 'set user in `ssh` of host proxy-1',
      },
    ],
  },
  {
    why: 'console host keys, but all hosts are adopted',
    edits: [{ file: 'cluster.yaml', from: '  ssh:\n', to: '  ssh:\n    hostKeys: console\n' }],
    issues: [
      {
        at: 'cluster.yaml:13:15',
        path: 'spec.ssh.hostKeys',
        problem: '`console` applies to created hosts only, and all hosts are adopted',
        remedy: 'use `strict`, and add their keys to knownHosts',
      },
    ],
  },
];
