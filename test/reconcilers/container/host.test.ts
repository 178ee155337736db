import { expect } from 'chai';
import { absent, present, unknown } from '../../../reconcilers/observation.ts';
import { driftOf, facts, fleet, folder, host, inOrder, tarball, type World } from './world.ts';

const image = { digest: tarball, bytes: 1, uid: 100, gid: 101 };

function declaring(sha256: string): typeof fleet {
  const { cluster } = fleet;
  const template = { ...cluster.runtime.template, sha256 };
  return { ...fleet, cluster: { ...cluster, runtime: { ...cluster.runtime, template } } };
}

function remedies(subject: string, change: Partial<World>, of = fleet): readonly string[] {
  return driftOf(subject, change, of).map(({ have, remedy }) => `${have}: ${remedy.by}`);
}

describe('container template', () => {
  const wrong = 'b'.repeat(64);
  const cases: readonly (readonly [string, Partial<World>, readonly string[], typeof fleet?])[] = [
    ['prepared', {}, []],
    ['not prepared', { template: present({ tarball, images: [] }) }, ['not prepared: action']],
    [
      'the tarball changed',
      { template: present({ tarball: wrong, images: [image] }) },
      ['made from another tarball: action'],
    ],
    [
      'no tarball',
      { template: present({ tarball: undefined, images: [] }) },
      ['no /srv/templates/redis-bookworm.tar.gz: operator'],
    ],
    ['no tarball, but an image', { template: present({ tarball: undefined, images: [image] }) }, []],
    ['not seen', { template: unknown('timeout') }, ['could not be seen: blind']],
    [
      'not the declared tarball',
      { template: present({ tarball, images: [] }) },
      [`${tarball}: operator`],
      declaring(wrong),
    ],
    ['not the declared tarball, but its image', {}, [], declaring(tarball)],
    [
      'the declared image, whatever lies there now',
      { template: present({ tarball: wrong, images: [image] }) },
      [],
      declaring(tarball),
    ],
  ];
  for (const [why, change, found, of] of cases)
    it(why, () => expect(remedies('container/redis-1@template', change, of)).to.deep.equal(found));
});

describe('containers at boot', () => {
  const unit = inOrder.units.state === 'present' ? inOrder.units.value[0] : undefined;
  const cases: readonly (readonly [string, Partial<World>, readonly string[]])[] = [
    ['in order', {}, []],
    ['no unit', { files: present([]) }, ['missing: action']],
    ['not enabled', { units: present(unit ? [{ ...unit, enabled: false }] : []) }, ['not enabled, active: action']],
    ['not seen', { units: unknown('timeout') }, ['could not be seen: blind']],
    ['nothing answered', { files: absent }, ['could not be seen: blind']],
    [
      'a tenant that left the documents',
      { here: host([{ ...facts, name: 'gone-r1' }], [{ ...folder, name: 'gone-r1' }]) },
      ['there, and ours (RUNNING): notice'],
    ],
    ['foreign containers are nobody', { here: host([{ ...facts, name: 'web', mark: undefined }], []) }, []],
  ];
  for (const [why, change, found] of cases)
    it(why, () => expect(remedies('container/redis-1@autostart', change)).to.deep.equal(found));
});
