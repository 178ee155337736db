import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { marks } from '../../../reconcilers/marks.ts';
import { accountOf, callEc2, type Ec2Call, editCluster } from '../support/account.ts';
import { type Lab, must, until } from '../support/lab.ts';
import { heal } from '../support/tenants.ts';

interface Mistake {
  readonly name: string;
  make(lab: Lab): Promise<unknown>;
  /** What plan says: what is wrong, and what to do. */
  readonly says: readonly RegExp[];
  readonly codes?: readonly number[];
  /** Nothing, where apply mends it. */
  byHand?(lab: Lab): Promise<unknown>;
}

const hostTag = marks.ec2Host;
const idOf = async (lab: Lab, kind: string, name: string) =>
  (await accountOf(lab))[kind]?.find(({ tags }) => tags['Name'] === name)?.id ?? '';

async function ec2(lab: Lab, ...calls: readonly Ec2Call[]): Promise<void> {
  for (const { refused } of await callEc2(lab, ...calls)) expect(refused).to.equal(undefined);
}

async function tagAs(lab: Lab, instance: string, host: string): Promise<void> {
  await ec2(lab, ['CreateTags', { Resources: [instance], Tags: [{ Key: hostTag, Value: host }] }]);
}

/** What is taken back by hand where a document was edited: the document as it was. */
let document = '';
const edited = (from: string | RegExp, to: string) => async (lab: Lab) => {
  document = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
  editCluster(lab, from, to);
};
const takenBack = async (lab: Lab) => writeFileSync(join(lab.documents, 'cluster.yaml'), document);

const mistakes: readonly Mistake[] = [
  {
    name: 'a tag moved to another instance',
    make: async (lab) => {
      await tagAs(lab, await idOf(lab, 'instances', 'redis-1'), 'proxy-9');
      await tagAs(lab, await idOf(lab, 'instances', 'redis-3'), 'redis-1');
    },
    says: [
      /^instance\/redis-1\n.*address: 10\.80\.2\.13, should be 10\.80\.1\.11; i-\w+ has the tag ec2-redis-operator\/host=redis-1, but not the address: if the tag was moved there, put it back where it was/m,
      /^instance\/redis-3\n.*eni-\w+ is in-use.*has the network interface of host redis-3, but not its tag: put it back \(aws ec2 create-tags/m,
    ],
    codes: [1, 3],
    byHand: async (lab) => {
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
    says: [/^network\/security-group\n.*GRE/m],
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
    says: [/^instance\/redis-3\n.*instance state: stopped, should be running/m],
    codes: [1, 3],
  },
  {
    name: 'a subnet that lies in another zone',
    make: async (lab) => {
      const id = await idOf(lab, 'subnets', 'seed-subnet-b');
      await edited(/zone: lab-1b, create: true/, `zone: lab-1c, adopt: { id: ${id} }`)(lab);
    },
    says: [
      /zone of subnet-\w+: lab-1b, should be lab-1c; subnet-\w+ has lab-1b, which a subnet keeps for life: declare what is there, or another subnet/,
    ],
    byHand: takenBack,
  },
  {
    name: 'a type that has no SR-IOV',
    make: edited(/type: c4\.large\n([\s\S]*)enhancedNetworking: none/, 'type: t2.micro\n    enhancedNetworking: sriov'),
    says: [/cluster\.yaml:\d+:\d+: .*t2\.micro.*SR-IOV/],
    codes: [2],
    byHand: takenBack,
  },
  {
    name: 'another AMI than that of the instances',
    make: edited('image: ami-0000000000000c006', 'image: ami-00000000000000bad'),
    says: [
      /AMI: ami-0000000000000c006, should be ami-00000000000000bad; it is what a new instance would be made from; this one is left as it is/,
    ],
    codes: [0],
    byHand: takenBack,
  },
  {
    name: 'a host out of disk',
    make: (lab) => must(lab.command('fault', 'fill-disk', '--name', lab.name, 'redis-2')),
    says: [
      /^host\/redis-2\n.*file system \/: full \(\d+ Mi left\), should be room to write; free some of it on redis-2/m,
    ],
    byHand: (lab) => must(lab.command('heal', '--name', lab.name)),
  },
  {
    name: 'a template with another digest than declared',
    make: edited(
      /( +)tarball: .*/,
      `      tarball: /srv/templates/redis-bookworm.tar.gz\n      sha256: ${'0'.repeat(64)}`,
    ),
    says: [
      /template redis-bookworm: [0-9a-f]{64}, should be SHA-256 0{64}; \/srv\/templates\/redis-bookworm\.tar\.gz on redis-1 is not the declared one: put the right file there, or correct spec\.runtime\.template\.sha256 of the Cluster/,
    ],
    byHand: takenBack,
  },
];

/** What goes wrong with the ground that a fleet of our making stands on: each named in words, with what to do, and no twin made meanwhile. */
export function groundSuite(lab: () => Lab): void {
  for (const { name, make, says, codes = [1], byHand } of mistakes)
    it(`${name}: named, with what to do`, async () => {
      const before = await accountOf(lab());
      await make(lab());
      try {
        const { code, out, err } = await lab().reconcile('plan', '-f', lab().documents);
        expect(codes, out + err).to.include(code);
        for (const words of says) expect(out + err).to.match(words);
        if (byHand) await lab().reconcile('apply', '-f', lab().documents, '--timeout', '20s');
      } finally {
        await byHand?.(lab());
      }
      await heal(lab());
      const ids = (account: typeof before) => Object.values(account).map((list) => list.map(({ id }) => id).sort());
      expect(ids(await accountOf(lab()))).to.deep.equal(ids(before));
    });
}
