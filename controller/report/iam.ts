import type { Fleet, Host } from '../../crds/fleet.ts';
import { marks } from '../../reconcilers/marks.ts';

/** An IAM policy document. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export const holders = ['operator', 'proxy'] as const;
export type Holder = (typeof holders)[number];

/**
 * The least that a holder may do: whoever runs the operator, or a proxy's instance profile. Describe calls know no resources (Service
 * Authorization Reference for EC2); what is made must carry the Cluster's tag from its first moment, and only what carries it may be changed.
 */
export function policyFor(holder: Holder, fleet: Fleet): Policy {
  return { Version: '2012-10-17', Statement: holder === 'proxy' ? proxyStatements(fleet) : operatorStatements(fleet) };
}

function proxyStatements(fleet: Fleet): readonly Statement[] {
  const proxies = fleet.cluster.hosts.filter(({ role }) => role === 'proxy');
  return [allow(fleet, 'FindTheAddress', ['DescribeNetworkInterfaces'], '*'), moveAddress(fleet, proxies)];
}

function operatorStatements(fleet: Fleet): readonly Statement[] {
  const { cluster } = fleet;
  const proxies = cluster.hosts.filter(({ role }) => role === 'proxy');
  const created = cluster.hosts.filter(({ origin }) => 'create' in origin);
  const looks = ['DescribeInstances', 'DescribeNetworkInterfaces', ...(cluster.network.vpc ? groundLooks : [])];
  return [
    allow(fleet, 'Look', looks.sort(), '*'),
    moveAddress(fleet, proxies),
    ...(cluster.network.vpc ? groundStatements(fleet) : []),
    ...(created.length ? hostStatements(fleet, created) : []),
    ...(created.length && cluster.ssh.hostKeys === 'console'
      ? [allow(fleet, 'ReadHostKeys', ['GetConsoleOutput'], arn(fleet, 'instance/*'), onOurs(fleet))]
      : []),
    ...(cluster.network.vpc ? [tagWhatIsMade(fleet)] : []),
  ];
}

const groundLooks = [
  'DescribeImages',
  'DescribeInstanceStatus',
  'DescribeInstanceTypes',
  'DescribeInternetGateways',
  'DescribeKeyPairs',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
];

/** Interfaces of our making are known by their tag; those of adopted hosts are not known before they are looked up. */
function moveAddress(fleet: Fleet, proxies: readonly Host[]): Statement {
  const ours = proxies.every(({ origin }) => 'create' in origin);
  return allow(
    fleet,
    'MoveTheAddress',
    ['AssignPrivateIpAddresses'],
    arn(fleet, 'network-interface/*'),
    ours ? onOurs(fleet) : {},
  );
}

function groundStatements(fleet: Fleet): readonly Statement[] {
  const { network } = fleet.cluster;
  const makes = (origin: object | undefined) => origin !== undefined && 'create' in origin;
  const subnets = network.subnets.some(({ origin }) => makes(origin));
  const group = makes(network.securityGroup?.origin);
  // What something is made in must be allowed too, and is not made itself: only its own tag can be asked for.
  const creating = [
    ...(makes(network.vpc) ? [{ action: 'CreateVpc', of: ['vpc/*'] }] : []),
    ...(makes(network.internetGateway) ? [{ action: 'CreateInternetGateway', of: ['internet-gateway/*'] }] : []),
    ...(subnets ? [{ action: 'CreateSubnet', of: ['subnet/*'] }] : []),
    ...(group ? [{ action: 'CreateSecurityGroup', of: ['security-group/*'] }] : []),
  ];
  const inside = [...(subnets ? ['CreateSubnet'] : []), ...(group ? ['CreateSecurityGroup'] : [])];
  return [
    ...creating.map(({ action, of }) =>
      allow(
        fleet,
        `${action}Tagged`,
        [action],
        of.map((one) => arn(fleet, one)),
        tagged(fleet),
      ),
    ),
    ...(inside.length ? [allow(fleet, 'InTheVpc', inside, arn(fleet, 'vpc/*'))] : []),
    allow(
      fleet,
      'ChangeTheGround',
      [
        ...(group ? ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress', 'DeleteSecurityGroup'] : []),
        ...(subnets ? ['DeleteSubnet'] : []),
        ...(makes(network.vpc) ? ['DeleteVpc'] : []),
        ...(makes(network.internetGateway)
          ? ['AttachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway']
          : []),
      ],
      '*',
      onOurs(fleet),
    ),
    // The main route table comes with the VPC, and carries no tag of ours.
    ...(makes(network.internetGateway)
      ? [allow(fleet, 'RouteToTheGateway', ['CreateRoute', 'ReplaceRoute'], arn(fleet, 'route-table/*'))]
      : []),
  ];
}

function hostStatements(fleet: Fleet, created: readonly Host[]): readonly Statement[] {
  const profiles = [
    ...new Set(created.flatMap(({ origin }) => ('create' in origin ? (origin.create.instanceProfile ?? []) : []))),
  ].sort();
  const sriov = created.some(({ origin }) => 'create' in origin && origin.create.enhancedNetworking === 'sriov');
  const made = ['instance/*', 'network-interface/*', 'volume/*'].map((one) => arn(fleet, one));
  const from = ['image/*', 'key-pair/*', 'security-group/*', 'subnet/*'].map((one) =>
    one.startsWith('image') ? arn(fleet, one).replace(/:\*:image/, '::image') : arn(fleet, one),
  );
  return [
    allow(
      fleet,
      'MakeHosts',
      ['RunInstances'],
      made.filter((one) => !one.includes('network-interface')),
      tagged(fleet),
    ),
    allow(fleet, 'OnTheirInterfaces', ['RunInstances'], arn(fleet, 'network-interface/*'), onOurs(fleet)),
    allow(fleet, 'FromTheseParts', ['RunInstances', 'CreateNetworkInterface'], from),
    allow(fleet, 'MakeInterfaces', ['CreateNetworkInterface'], arn(fleet, 'network-interface/*'), tagged(fleet)),
    allow(
      fleet,
      'ChangeHosts',
      [
        'DeleteNetworkInterface',
        'ModifyInstanceAttribute',
        'ModifyInstanceMetadataOptions',
        'ModifyNetworkInterfaceAttribute',
        'StartInstances',
        'StopInstances',
        'TerminateInstances',
      ],
      '*',
      onOurs(fleet),
    ),
    allow(fleet, 'MarkHosts', ['CreateTags'], arn(fleet, 'instance/*'), {
      ...onOurs(fleet),
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...(sriov ? [marks.ec2Driver] : []), marks.ec2Retired] },
    }),
    ...(profiles.length
      ? [
          {
            Sid: 'GiveProfiles',
            Effect: 'Allow' as const,
            Action: ['iam:PassRole'],
            Resource: profiles.map((name) => `arn:${partition(fleet)}:iam::*:role/${name}`),
            Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
          },
        ]
      : []),
  ];
}

/** Tags are given with the call that makes the thing, and never to what is there already. */
function tagWhatIsMade(fleet: Fleet): Statement {
  const creates = [
    'CreateInternetGateway',
    'CreateNetworkInterface',
    'CreateSecurityGroup',
    'CreateSubnet',
    'CreateVpc',
  ];
  return allow(fleet, 'TagWhatIsMade', ['CreateTags'], arn(fleet, '*/*'), {
    StringEquals: {
      [`aws:RequestTag/${marks.ec2Cluster}`]: fleet.cluster.name,
      'ec2:CreateAction': [...creates, 'RunInstances'],
    },
  });
}

function tagged({ cluster }: Fleet): Condition {
  return { StringEquals: { [`aws:RequestTag/${marks.ec2Cluster}`]: cluster.name } };
}

function onOurs({ cluster }: Fleet): Condition {
  return { StringEquals: { [`aws:ResourceTag/${marks.ec2Cluster}`]: cluster.name } };
}

/** Of any account: the policy lies in the one that it is for. */
function arn(fleet: Fleet, resource: string): string {
  return `arn:${partition(fleet)}:ec2:${fleet.cluster.aws.region}:*:${resource}`;
}

function partition({ cluster }: Fleet): string {
  const { region } = cluster.aws;
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** In the Cluster's region alone. */
function allow(
  { cluster }: Fleet,
  sid: string,
  actions: readonly string[],
  resource: string | readonly string[],
  condition: Condition = {},
): Statement {
  const { StringEquals = {}, ...others } = condition;
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions.map((action) => `ec2:${action}`),
    Resource: resource,
    Condition: { StringEquals: { 'aws:RequestedRegion': cluster.aws.region, ...StringEquals }, ...others },
  };
}
