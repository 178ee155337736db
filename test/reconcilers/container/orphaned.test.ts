import { expect } from 'chai';
import { ownersDiffer, retiredAs } from '../../../reconcilers/container/messages.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type {
  ContainerFacts,
  Containers,
  MemberFolder,
  Retirement,
} from '../../../reconcilers/facts/container/container-facts.ts';
import { present } from '../../../reconcilers/facts/observation.ts';
import { retained, retirementInFuture, retirementUnreadable } from '../../../reconcilers/shared/retirement.ts';
import { facts, findingsIn, fleet, folder, host, now } from './world.ts';

const week = 7 * 86_400;
const mark = { cluster: 'quickstart', tenant: 'gone', member: 'r1', vlan: 109, address: '10.109.0.11' };
const container: ContainerFacts = { ...facts, name: 'gone-r1', mark };
const { vlan: _, address: __, ...owner } = mark;
const own: MemberFolder = { ...folder, name: 'gone-r1', identity: { ...owner, template: 'x', uid: 1, gid: 1 } };

function retired(since: number | undefined): MemberFolder {
  const { vlan, address } = mark;
  return { ...own, retired: { since, vlan, address } satisfies Retirement };
}

/** The one finding about what is left, and what --prune would do about it. */
function observed(change: Partial<Containers>): Finding {
  const here = host([], []);
  const value = { ...(here.state === 'present' ? here.value : never()), ...change };
  const [finding, ...others] = findingsIn('container/redis-1@autostart', { here: present(value) });
  if (!finding || others.length) throw new Error('not one finding');
  return finding;
}

function pruneText({ remedy }: Finding): string {
  if (remedy.by !== 'info') return remedy.by;
  if (!remedy.prune) return 'kept';
  const { of } = remedy.prune;
  if ('refused' in remedy.prune) return `${of}: refused: ${remedy.prune.refused}`;
  return 'actions' in remedy.prune
    ? `${of}: ${remedy.prune.actions.map(({ operation }) => operation).join()}`
    : remedy.prune.dependsOn;
}

function never(): never {
  throw new Error('not there');
}

describe('a member that is not declared', () => {
  const cases: readonly (readonly [string, Partial<Containers>, string, string])[] = [
    ['running', { containers: [container], folders: [own] }, 'Unmanaged RUNNING', 'tenant gone: member-retire'],
    ['only its directory, not retired', { folders: [own] }, 'Unmanaged directory only', 'tenant gone: member-retire'],
    ['only its container', { containers: [container] }, 'Unmanaged RUNNING', 'tenant gone: member-retire'],
    [
      'a retirement that was interrupted long ago',
      { containers: [container], folders: [retired(now - 2 * week)] },
      'Unmanaged RUNNING',
      'tenant gone: member-retire',
    ],
    ['retired three hours ago', { folders: [retired(now - 3 * 3600)] }, 'ContainerRetired retired', 'kept'],
    [
      'retired a week ago',
      { folders: [retired(now - week)] },
      'ContainerRetired retired',
      'tenant gone: member-destroy',
    ],
    [
      'retired in the future',
      { folders: [retired(now + 60)] },
      'ContainerRetired retired',
      `tenant gone: refused: ${retirementInFuture('gone-r1', 'redis-1')}`,
    ],
    [
      'a retirement time that cannot be read',
      { folders: [retired(undefined)] },
      'ContainerRetired retired',
      `tenant gone: refused: ${retirementUnreadable('gone-r1', 'redis-1')}`,
    ],
    [
      'container and directory name different owners',
      { containers: [{ ...container, mark: { ...mark, member: 'r2' } }], folders: [own] },
      'Unmanaged RUNNING',
      `tenant gone: refused: ${ownersDiffer('gone-r1', 'redis-1')}`,
    ],
    [
      'a foreign container under its name',
      { containers: [{ ...container, mark: undefined }], folders: [retired(now - 2 * week)] },
      'Unmanaged RUNNING',
      `tenant gone: refused: ${ownersDiffer('gone-r1', 'redis-1')}`,
    ],
    [
      'a directory without its container, of a member that is not declared here, of a declared Tenant',
      {
        folders: [{ ...own, name: 'acme-r2', identity: folder.identity && { ...folder.identity, member: 'r2' } }],
      },
      'ContainerNotDeclaredHere directory only',
      'kept',
    ],
    [
      'a removal that was interrupted',
      { pendingDeletions: [{ cluster: 'quickstart', tenant: 'gone', member: 'r1' }] },
      'ContainerRemovalIncomplete incomplete',
      'tenant gone: member-destroy',
    ],
  ];
  for (const [why, change, expected, prune] of cases)
    it(why, () => {
      const finding = observed(change);
      expect(`${finding.reason} ${finding.have}`).to.equal(expected);
      expect(pruneText(finding)).to.equal(prune);
      expect(finding.remedy.by).to.equal('info');
    });

  it('is kept until retainFor is over, and the finding says until when', () => {
    const { remedy } = observed({ folders: [retired(now - 3 * 3600)] });
    expect(remedy).to.deep.equal({ by: 'info', message: retained(now - 3 * 3600, now, week) });
  });

  it('of another Cluster is not reported', () => {
    const theirs = { ...mark, cluster: 'another' };
    const here = host([{ ...container, mark: theirs }], []);
    expect(findingsIn('container/redis-1@autostart', { here })).to.deep.equal([]);
  });
});

describe('what a member of a declared Tenant left behind', () => {
  const copies = (change: Partial<Containers>) => {
    const here = host([facts], [folder]);
    const value = { ...(here.state === 'present' ? here.value : never()), ...change };
    return findingsIn('container/acme@copies', { here: present(value) });
  };
  const former = (since: number): MemberFolder => ({
    ...folder,
    name: 'acme-r9',
    identity: folder.identity && { ...folder.identity, member: 'r9' },
    retired: { since, vlan: 101, address: '10.101.0.19' },
  });

  it('is kept until retainFor is over', () => {
    const [finding] = copies({ folders: [folder, former(now - 3 * 3600)] });
    expect(finding?.reason).to.equal('ContainerRetired');
    expect(finding?.remedy).to.deep.equal({ by: 'info', message: retained(now - 3 * 3600, now, week) });
  });

  it('is destroyed on request after that', () => {
    const [finding] = copies({ folders: [folder, former(now - 2 * week)] });
    expect(finding && pruneText(finding)).to.equal('copy of acme-r9 on redis-1: member-destroy');
  });

  it('is inspected first if it was retired in the future', () => {
    const [finding] = copies({ folders: [former(now + 60)] });
    expect(finding && pruneText(finding)).to.match(/^copy of acme-r9 on redis-1: refused: .* in the future/);
  });

  it('goes on being destroyed on request, if that was interrupted', () => {
    const [finding] = copies({ pendingDeletions: [{ cluster: 'quickstart', tenant: 'acme', member: 'r9' }] });
    expect(finding?.reason).to.equal('ContainerRemovalIncomplete');
    expect(finding && pruneText(finding)).to.equal('copy of acme-r9 on redis-1: member-destroy');
  });

  it('of another tenant, or of a member that is declared here, is not a copy', () => {
    const other = { ...folder.identity, tenant: 'globex' } as MemberFolder['identity'];
    const folders = [
      { ...folder, retired: former(0).retired },
      { ...former(0), name: 'globex-r9', identity: other },
    ];
    expect(copies({ folders, containers: [] })).to.deep.equal([]);
  });
});

describe('a retired member that is declared again', () => {
  const mine: MemberFolder = { ...folder, retired: { since: now - 60, vlan: 101, address: '10.101.0.11' } };
  const remedy = (seen: Parameters<typeof host>) => {
    const [finding] = findingsIn('container/acme-r1', { here: host(...seen) });
    return finding?.remedy.by === 'action'
      ? finding.remedy.actions.map(({ operation }) => operation).join()
      : finding?.remedy;
  };

  it('loses its marker before it is registered with LXC again', () =>
    expect(remedy([[], [mine]])).to.equal('member-restore,write-files'));

  it('loses its marker if LXC still knows it', () => expect(remedy([[facts], [mine]])).to.equal('member-restore'));

  it('is restored only with the address that its data belongs to', () => {
    const moved: MemberFolder = { ...mine, retired: { since: now - 60, vlan: 101, address: '10.101.0.99' } };
    const [finding] = findingsIn('container/acme-r1', { here: host([], [moved]) }, fleet);
    expect(finding?.remedy).to.have.property('by', 'manual');
    expect(finding?.reason).to.equal('ContainerAddressDiffers');
    expect(finding?.remedy).to.have.property('message', retiredAs('10.101.0.99 in VLAN 101'));
  });
});
