import { expect } from 'chai';
import { absent, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { facts, findingsIn, fleet, host, inOrder, remedyText, tarball, type World } from './world.ts';

const image = { digest: tarball, bytes: 1, uid: 100, gid: 101 };

function declaring(sha256: string): typeof fleet {
  const { cluster } = fleet;
  const template = { ...cluster.runtime.template, sha256 };
  return { ...fleet, cluster: { ...cluster, runtime: { ...cluster.runtime, template } } };
}

function short(subject: string, change: Partial<World>, of = fleet): readonly string[] {
  return findingsIn(subject, change, of).map(({ reason, have, remedy }) => `${reason} ${have}: ${remedyText(remedy)}`);
}

describe('container template', () => {
  const wrong = 'b'.repeat(64);
  const cases: readonly (readonly [string, Partial<World>, readonly string[], typeof fleet?])[] = [
    ['prepared', {}, []],
    ['not prepared', { template: present({ tarball, images: [] }) }, ['TemplateMissing absent: container-template']],
    [
      'the tarball changed',
      { template: present({ tarball: wrong, images: [image] }) },
      ['TemplateOutdated aaaaaaaaaaaa: container-template'],
    ],
    [
      'no tarball',
      { template: present({ tarball: undefined, images: [] }) },
      ['TemplateTarballMissing absent: manual'],
    ],
    ['no tarball, but an image', { template: present({ tarball: undefined, images: [image] }) }, []],
    ['not observed', { template: unknown('timeout') }, ['NotObserved unknown: unknown']],
    [
      'not the declared tarball',
      { template: present({ tarball, images: [] }) },
      [`TemplateChecksumDiffers ${tarball}: manual`],
      declaring(wrong),
    ],
    ['not the declared tarball, but its image', {}, [], declaring(tarball)],
    [
      'the declared image, whatever the tarball is now',
      { template: present({ tarball: wrong, images: [image] }) },
      [],
      declaring(tarball),
    ],
  ];
  for (const [why, change, found, of] of cases)
    it(why, () => expect(short('container/redis-1@template', change, of)).to.deep.equal(found));
});

describe('containers at boot', () => {
  const gone = facts.mark && { ...facts.mark, tenant: 'gone' };
  const unit = inOrder.units.state === 'present' ? inOrder.units.value[0] : undefined;
  const cases: readonly (readonly [string, Partial<World>, readonly string[]])[] = [
    ['as declared', {}, []],
    ['no unit', { files: present([]) }, ['FileDiffers absent: write-files']],
    [
      'not enabled',
      { units: present(unit ? [{ ...unit, enabled: false }] : []) },
      ['NotEnabled not enabled, active: start'],
    ],
    ['not observed', { units: unknown('timeout') }, ['NotObserved unknown: unknown']],
    ['nothing answered', { files: absent }, ['NotObserved unknown: unknown']],
    [
      'a tenant that is no longer declared',
      { here: host([{ ...facts, name: 'gone-r1', mark: gone }], []) },
      ['Unmanaged RUNNING: info'],
    ],
    ['foreign containers are ignored', { here: host([{ ...facts, name: 'web', mark: undefined }], []) }, []],
  ];
  for (const [why, change, found] of cases)
    it(why, () => expect(short('container/redis-1@autostart', change)).to.deep.equal(found));
});
