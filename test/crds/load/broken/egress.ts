import type { Broken } from './broken.ts';

/** The quickstart's Cluster with created hosts in two subnets, and this way out. */
const cluster = (egress: string, { ssh = '', gateway = true } = {}): string => `apiVersion: redis-ec2.dev/v1alpha1
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
      - { name: public, cidr: 10.80.3.0/24, zone: lab-1a, create: true }
    egress: ${egress}
    ${gateway ? 'internetGateway: { create: true }' : ''}
    securityGroup: { create: true, sshFrom: [10.80.0.0/24] }
  ssh: { identity: { agent: true }, knownHosts: /etc/known_hosts${ssh} }
  hosts:
    - { name: redis-1, role: redis, create: { subnet: a, address: 10.80.1.11 } }
    - { name: redis-2, role: redis, create: { subnet: b, address: 10.80.2.12 } }
    - { name: redis-3, role: redis, create: { subnet: a, address: 10.80.1.13 } }
    - { name: proxy-1, role: proxy, create: { subnet: a, address: 10.80.1.21 } }
    - { name: proxy-2, role: proxy, create: { subnet: a, address: 10.80.1.22 } }
  instances: { type: c4.large, image: ami-00000001 }
  runtime: { template: { name: bookworm, tarball: /srv/bookworm.tar.gz } }
`;

const broken = (why: string, text: string, issues: Broken['issues'], more: Broken['edits'] = []): Broken => ({
  why,
  edits: [{ file: 'cluster.yaml', text }, ...more],
  issues,
});

const publicPair = `apiVersion: redis-ec2.dev/v1alpha1
kind: ProxyPair
metadata: { name: front }
spec:
  clusterRef: quickstart
  hosts: [proxy-1, proxy-2]
  vip: 10.80.1.100
  publicAddress: { create: true }
  vrrp: { routerId: 51 }
`;

const all = '{ subnet: public, serves: [a, b], create: true }';
const noGateway = {
  problem: 'without an internet gateway, hosts reach neither the EC2 API nor package repositories',
  remedy: 'declare spec.network.internetGateway: `create: true`, or `adopt` with its id or a tag',
};
const otherWayIn = 'reach the hosts at their private addresses, or through a host that has a public one: `reach: jump`';

/** Ways out that lead nowhere, or take away the way in. */
export const egress: readonly Broken[] = [
  broken('a NAT gateway without an internet gateway', cluster(`{ natGateways: [${all}] }`, { gateway: false }), [
    { at: 'cluster.yaml:14:5', path: 'spec.network.egress', ...noGateway },
  ]),
  broken(
    'NAT gateways and subnets that do not fit',
    cluster(
      '{ natGateways: [{ subnet: publi, serves: [a, c], create: true }, { subnet: b, serves: [b, a], create: true }] }',
    ),
    [
      {
        at: 'cluster.yaml:14:39',
        path: 'spec.network.egress.natGateways[0].subnet',
        problem: 'there is no subnet named publi',
        remedy: 'did you mean public?',
      },
      {
        at: 'cluster.yaml:14:58',
        path: 'spec.network.egress.natGateways[0].serves[1]',
        problem: 'there is no subnet named c',
        remedy: 'did you mean a?',
      },
      {
        at: 'cluster.yaml:14:100',
        path: 'spec.network.egress.natGateways[1].serves[0]',
        problem: 'a NAT gateway is in subnet b, whose default route has to lead to the internet gateway',
        remedy: 'name subnets without a NAT gateway in them',
      },
      {
        at: 'cluster.yaml:14:103',
        path: 'spec.network.egress.natGateways[1].serves[1]',
        problem: 'subnet a is served by the NAT gateway in publi already, and has one default route',
        remedy: 'name it once',
      },
    ],
  ),
  broken('hosts without a way out', cluster('{ natGateways: [{ subnet: public, serves: [b], create: true }] }'), [
    {
      at: 'cluster.yaml:14:5',
      path: 'spec.network.egress',
      problem: 'proxy-1, proxy-2 could not reach the EC2 API, and would never take over the VIP',
      remedy: 'declare `publicAddresses: true`, a NAT gateway that serves a, or `endpoints: { ec2: { create: true } }`',
    },
    {
      at: 'cluster.yaml:14:5',
      path: 'spec.network.egress',
      problem:
        'redis-1, redis-3, proxy-1, proxy-2 could not reach the package repositories that they are prepared from',
      remedy:
        'declare `publicAddresses: true`, a NAT gateway that serves a, `endpoints: { s3: { create: true } }` for repositories in S3, or `preparation: { mode: check }` for AMIs that have all packages',
    },
  ]),
  broken(
    'hosts behind a NAT gateway, reached at public addresses',
    cluster(`{ publicAddresses: true, natGateways: [{ subnet: public, serves: [b], create: true }] }`, {
      ssh: ', reach: public',
    }),
    [
      {
        at: 'cluster.yaml:17:74',
        path: 'spec.ssh.reach',
        problem: 'redis-2 is in subnet b, whose packets leave by a NAT gateway: it cannot be reached from outside',
        remedy: otherWayIn,
      },
    ],
  ),
  broken(
    'a jump host without a public address, and clients at a public address behind a NAT gateway',
    cluster(`{ natGateways: [${all}] }`, {
      ssh: ', reach: jump, jump: { host: proxy-1 }',
    }),
    [
      {
        at: 'cluster.yaml:17:94',
        path: 'spec.ssh.jump.host',
        problem: 'proxy-1 is in subnet a, whose packets leave by a NAT gateway: it cannot be reached from outside',
        remedy: otherWayIn,
      },
      {
        at: 'proxypair.yaml:8:3',
        path: 'spec.publicAddress',
        problem:
          'proxy-1 is in subnet a, whose packets leave by a NAT gateway: clients at a public address would get no answer',
        remedy: 'place the proxies in a subnet that no NAT gateway serves, or remove publicAddress',
      },
    ],
    [{ file: 'proxypair.yaml', text: publicPair }],
  ),
];
