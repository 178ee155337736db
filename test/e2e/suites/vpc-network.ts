import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { markers } from '../../../renderers/lib/markers.ts';
import { accountOf, callEc2, type Ec2Call, editCluster } from '../support/account.ts';
import { type ExpectedFinding, expectFinding, observe } from '../support/findings.ts';
import { type Lab, must, until } from '../support/lab.ts';
import { heal } from '../support/tenants.ts';

interface Mistake {
  readonly name: string;
  make(lab: Lab): Promise<unknown>;
  /** The findings that plan must report. */
  readonly expected: readonly ExpectedFinding[];
  /** What plan prints when the documents are not valid. */
  readonly problem?: RegExp;
  /** Permitted exit codes of plan; default: 1. */
  readonly codes?: readonly number[];
  /** The manual correction; left out where apply repairs it. */
  correct?(lab: Lab): Promise<unknown>;
}

const hostTag = markers.ec2Host;
const idOf = async (lab: Lab, kind: string, name: string) =>
  (await accountOf(lab))[kind]?.find(({ tags }) => tags['Name'] === name)?.id ?? '';

async function ec2(lab: Lab, ...calls: readonly Ec2Call[]): Promise<void> {
  for (const { refused } of await callEc2(lab, ...calls)) expect(refused).to.equal(undefined);
}

async function tagAs(lab: Lab, instance: string, host: string): Promise<void> {
  await ec2(lab, ['CreateTags', { Resources: [instance], Tags: [{ Key: hostTag, Value: host }] }]);
}

/** The Cluster's document before it was edited. */
let document = '';
const edited = (from: string | RegExp, to: string) => async (lab: Lab) => {
  document = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
  editCluster(lab, from, to);
};
const restored = async (lab: Lab) => writeFileSync(join(lab.documents, 'cluster.yaml'), document);

const mistakes: readonly Mistake[] = [
  {
    name: 'a tag moved to another instance',
    make: async (lab) => {
      await tagAs(lab, await idOf(lab, 'instances', 'redis-1'), 'proxy-9');
      await tagAs(lab, await idOf(lab, 'instances', 'redis-3'), 'redis-1');
    },
    expected: [
      {
        subject: 'instance/redis-1',
        reason: 'AddressDiffers',
        by: 'manual',
        have: '10.80.2.13',
        want: '10.80.1.11',
        message: /ec2-redis-operator\/host=redis-1/,
      },
      {
        subject: 'instance/redis-3',
        reason: 'InstanceNotShownYet',
        by: 'waiting',
        have: /^eni-\w+ in-use$/,
        message: /aws ec2 create-tags --resources i-\w+ /,
      },
    ],
    codes: [1, 3],
    correct: async (lab) => {
      await tagAs(lab, await idOf(lab, 'instances', 'redis-1'), 'redis-1');
      await tagAs(lab, await idOf(lab, 'instances', 'redis-3'), 'redis-3');
    },
  },
  {
    name: 'a rule of the security group removed',
    make: async (lab) => {
      const group = await idOf(lab, 'groups', 'seed-security-group');
      const peers = [{ GroupId: group }];
      const rule = [{ IpProtocol: '47', UserIdGroupPairs: peers }];
      await ec2(lab, ['RevokeSecurityGroupIngress', { GroupId: group, IpPermissions: rule }]);
    },
    expected: [{ subject: 'network/security-group', reason: 'IngressRuleMissing', by: 'action', field: /GRE/ }],
  },
  {
    name: 'an instance stopped',
    make: async (lab) => {
      const id = await idOf(lab, 'instances', 'redis-3');
      await ec2(lab, ['StopInstances', { InstanceIds: [id] }]);
      await until(
        'redis-3 to be stopped',
        async () => (await accountOf(lab))['instances']?.find((one) => one.id === id)?.state,
        (state) => state === 'stopped',
      );
    },
    expected: [{ subject: 'instance/redis-3', reason: 'NotRunning', by: 'action', have: 'stopped', want: 'running' }],
    codes: [1, 3],
  },
  {
    name: 'a subnet in another availability zone',
    make: async (lab) => {
      const id = await idOf(lab, 'subnets', 'seed-subnet-b');
      await edited(/zone: lab-1b, create: true/, `zone: lab-1c, adopt: { id: ${id} }`)(lab);
    },
    expected: [
      {
        subject: 'network/subnet-b',
        reason: 'AvailabilityZoneDiffers',
        by: 'manual',
        field: /^availability zone of subnet-\w+$/,
        have: 'lab-1b',
        want: 'lab-1c',
      },
    ],
    correct: restored,
  },
  {
    name: 'an instance type without SR-IOV',
    make: edited(/type: c4\.large\n([\s\S]*)enhancedNetworking: none/, 'type: t2.micro\n    enhancedNetworking: sriov'),
    expected: [],
    problem: /cluster\.yaml:\d+:\d+: .*t2\.micro.*SR-IOV/,
    codes: [2],
    correct: restored,
  },
  {
    name: 'another AMI declared than that of the instances',
    make: edited('image: ami-0000000000000c006', 'image: ami-00000000000000bad'),
    expected: ['redis-1', 'redis-2', 'redis-3'].map((host) => ({
      subject: `instance/${host}`,
      reason: 'AmiDiffers',
      by: 'info',
      have: 'ami-0000000000000c006',
      want: 'ami-00000000000000bad',
    })),
    codes: [0],
    correct: restored,
  },
  {
    name: 'a host whose disk is full',
    make: (lab) => must(lab.command('fault', 'fill-disk', '--name', lab.name, 'redis-2')),
    expected: [
      {
        subject: 'host/redis-2',
        reason: 'FileSystemFull',
        by: 'manual',
        field: 'file system /',
        have: /^\d+ Mi free$/,
        message: /du -xh \//,
      },
    ],
    correct: (lab) => must(lab.command('heal', '--name', lab.name)),
  },
  {
    name: 'a template with another SHA-256 than declared',
    make: edited(
      /( +)tarball: .*/,
      `      tarball: /srv/templates/redis-bookworm.tar.gz\n      sha256: ${'0'.repeat(64)}`,
    ),
    expected: [
      {
        subject: 'container/redis-1@template',
        reason: 'TemplateChecksumDiffers',
        by: 'manual',
        have: /^[0-9a-f]{64}$/,
        want: '0'.repeat(64),
        message: /\/srv\/templates\/redis-bookworm\.tar\.gz on redis-1 .*spec\.runtime\.template\.sha256/,
      },
    ],
    correct: restored,
  },
];

/** Faults of what a created fleet is built on: each is reported with its remedy, and meanwhile nothing is created twice. */
export function vpcNetworkSuite(lab: () => Lab): void {
  for (const { name, make, expected, problem, codes = [1], correct } of mistakes)
    it(`${name}: reported with its remedy`, async () => {
      const before = await accountOf(lab());
      await make(lab());
      try {
        const { code, out, err, findings } = await observe(lab());
        expect(codes, out + err).to.include(code);
        for (const one of expected) expectFinding(findings, one);
        if (problem) expect(err).to.match(problem);
        if (correct) await lab().reconcile('apply', '-f', lab().documents, '--timeout', '20s');
      } finally {
        await correct?.(lab());
      }
      await heal(lab());
      const ids = (account: typeof before) => Object.values(account).map((list) => list.map(({ id }) => id).sort());
      expect(ids(await accountOf(lab()))).to.deep.equal(ids(before));
    });
}
