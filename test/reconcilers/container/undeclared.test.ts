import { expect } from 'chai';
import type { Drift } from '../../../reconcilers/drift.ts';
import { present } from '../../../reconcilers/observation.ts';
import type {
  ContainerFacts,
  Containers,
  MemberFolder,
  Retirement,
} from '../../../reconcilers/questions/containers.ts';
import { driftOf, facts, fleet, folder, host, now } from './world.ts';

const week = 7 * 86_400;
const mark = { cluster: 'quickstart', tenant: 'gone', member: 'r1', vlan: 109, address: '10.109.0.11' };
const container: ContainerFacts = { ...facts, name: 'gone-r1', mark };
const { vlan: _, address: __, ...owner } = mark;
const own: MemberFolder = { ...folder, name: 'gone-r1', identity: { ...owner, template: 'x', uid: 1, gid: 1 } };

function retired(since: number | undefined): MemberFolder {
  const { vlan, address } = mark;
  return { ...own, retired: { since, vlan, address } satisfies Retirement };
}

/** What is said of the one thing that is left, and what prune would do. */
function told(change: Partial<Containers>): readonly [string, string] {
  const here = host([], []);
  const value = { ...(here.state === 'present' ? here.value : never()), ...change };
  const [drift, ...others] = driftOf('container/redis-1@autostart', { here: present(value) });
  if (!drift || others.length) throw new Error('not one finding');
  return [drift.have, pruneText(drift)];
}

function pruneText({ remedy }: Drift): string {
  if (remedy.by !== 'notice') return remedy.by;
  if (!remedy.prune) return `left alone: ${remedy.reason}`;
  const { of } = remedy.prune;
  if ('refused' in remedy.prune) return `${of}: a person: ${remedy.prune.refused}`;
  return 'actions' in remedy.prune ? `${of}: ${remedy.prune.actions.map(({ verb }) => verb).join()}` : 'waits';
}

function never(): never {
  throw new Error('not there');
}

describe('a member that nobody declares', () => {
  const there = 'there, and ours';
  const cases: readonly (readonly [string, Partial<Containers>, string, RegExp])[] = [
    ['it runs', { containers: [container], folders: [own] }, `${there} (RUNNING)`, /^tenant gone: member-retire$/],
    ['its folder alone, not retired', { folders: [own] }, `${there} (folder only)`, /^tenant gone: member-retire$/],
    ['its container alone', { containers: [container] }, `${there} (RUNNING)`, /^tenant gone: member-retire$/],
    [
      'a retirement that was ended in the middle, long ago',
      { containers: [container], folders: [retired(now - 2 * week)] },
      `${there} (RUNNING)`,
      /^tenant gone: member-retire$/,
    ],
    [
      'retired three hours ago',
      { folders: [retired(now - 3 * 3600)] },
      `${there} (retired)`,
      /^left alone: retired 3 h ago, kept with its data until 2023-11-21T19:13:20.000Z \(spec\.prune\.retainFor\)/,
    ],
    ['retired a week ago', { folders: [retired(now - week)] }, `${there} (retired)`, /^tenant gone: member-destroy$/],
    [
      'retired in the future',
      { folders: [retired(now + 60)] },
      `${there} (retired)`,
      /^tenant gone: a person: .*retired in the future of redis-1/,
    ],
    [
      'a mark that cannot be read',
      { folders: [retired(undefined)] },
      `${there} (retired)`,
      /^tenant gone: a person: .*cannot be read in its mark/,
    ],
    [
      'container and folder of two minds',
      { containers: [{ ...container, mark: { ...mark, member: 'r2' } }], folders: [own] },
      `${there} (RUNNING)`,
      /^tenant gone: a person: .*do not say with one voice/,
    ],
    [
      'a container of somebody else’s under its name',
      { containers: [{ ...container, mark: undefined }], folders: [retired(now - 2 * week)] },
      `${there} (RUNNING)`,
      /^tenant gone: a person: .*do not say with one voice/,
    ],
    [
      'a member, not declared here, of a Tenant that is',
      {
        folders: [
          {
            ...retired(now - 2 * week),
            name: 'acme-r2',
            identity: folder.identity && { ...folder.identity, member: 'r2' },
          },
        ],
      },
      `${there} (retired)`,
      /^left alone: the documents do not name it here/,
    ],
    [
      'half destroyed',
      { goners: [{ cluster: 'quickstart', tenant: 'gone', member: 'r1' }] },
      'half done',
      /^tenant gone: member-destroy$/,
    ],
    [
      'half destroyed, and its Tenant declared again',
      { goners: [{ cluster: 'quickstart', tenant: 'acme', member: 'r9' }] },
      'half done',
      /^left alone/,
    ],
  ];
  for (const [why, change, have, prune] of cases)
    it(why, () => {
      const [said, does] = told(change);
      expect(said).to.equal(have);
      expect(does).to.match(prune);
    });

  it('of another Cluster is not mentioned', () => {
    const theirs = { ...mark, cluster: 'another' };
    const here = host([{ ...container, mark: theirs }], []);
    expect(driftOf('container/redis-1@autostart', { here })).to.deep.equal([]);
  });
});

describe('a retired member that is declared again', () => {
  const mine: MemberFolder = { ...folder, retired: { since: now - 60, vlan: 101, address: '10.101.0.11' } };
  const remedy = (seen: Parameters<typeof host>) => {
    const [drift] = driftOf('container/acme-r1', { here: host(...seen) });
    return drift?.remedy.by === 'action' ? drift.remedy.actions.map(({ verb }) => verb).join() : drift?.remedy;
  };

  it('loses its mark before LXC knows it again', () =>
    expect(remedy([[], [mine]])).to.equal('member-restore,write-files'));

  it('loses its mark where LXC had not forgotten it yet', () =>
    expect(remedy([[facts], [mine]])).to.equal('member-restore'));

  it('comes back only with the address that its data know', () => {
    const moved: MemberFolder = { ...mine, retired: { since: now - 60, vlan: 101, address: '10.101.0.99' } };
    const [drift] = driftOf('container/acme-r1', { here: host([], [moved]) }, fleet);
    expect(drift?.remedy).to.have.property('by', 'operator');
    expect(JSON.stringify(drift?.remedy)).to.contain('it was retired as 10.101.0.99 in VLAN 101');
  });
});
