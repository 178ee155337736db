import { expect } from 'chai';
import type { Cluster, TemplateSource } from '../../../crds/fleet.ts';
import { desiredHosts } from '../../../reconcilers/container/desired.ts';
import { tarballFindings } from '../../../reconcilers/container/template-source.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { Template } from '../../../reconcilers/facts/container/template.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { fleet } from './world.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const build = { suite: 'bookworm', components: ['main'], packages: ['tini'] };
const actionsOf = ({ remedy }: Finding) => (remedy.by === 'action' ? remedy.actions : []);
const nothing: Template = { tarball: undefined, images: [] };

function desiredOn(host: string, from: TemplateSource, sha256?: string) {
  const template: Cluster['runtime']['template'] = { name: 'x', tarball: '/t/x.tar.gz', sha256, from };
  const { cluster } = fleet;
  const own = { ...fleet, cluster: { ...cluster, runtime: { ...cluster.runtime, template } } };
  const one = desiredHosts(own, 'template').find((desired) => desired.host === host);
  if (!one) throw new Error(`no ${host}`);
  return one;
}

/** What the first host would build now, so that the recipe of these packages is known. */
function recipe(of = build): string {
  const [finding] = tarballFindings(desiredOn('redis-1', { build: of }), nothing, []);
  const [action] = finding ? actionsOf(finding) : [];
  if (action?.operation !== 'template-build') throw new Error('nothing is built');
  return action.recipe;
}

const built = (digest: string, by = recipe()): Template => ({
  tarball: digest,
  images: [],
  origin: { digest, recipe: by },
});

function found(
  host: string,
  seen: Template,
  others: Readonly<Record<string, Observation<Template>>>,
): readonly string[] {
  const list = Object.entries(others).map(([name, one]) => ({ host: name, seen: one }));
  return tarballFindings(desiredOn(host, { build }), seen, list).map(({ reason, remedy }) => {
    if (remedy.by !== 'action') return `${reason}: ${remedy.by}`;
    const [action] = remedy.actions;
    const from = action?.operation === 'template-copy' && 'host' in action.from ? ` from ${action.from.host}` : '';
    return `${reason}: ${action?.operation}${from}`;
  });
}

describe('a template that is built', () => {
  const none = { 'redis-2': present(nothing), 'redis-3': present(nothing) };
  const cases: readonly (readonly [string, string, Template, Parameters<typeof found>[2], readonly string[]])[] = [
    ['nobody has it: the first host', 'redis-1', nothing, none, ['TemplateTarballMissing: template-build']],
    [
      'nobody has it: another host',
      'redis-2',
      nothing,
      { 'redis-1': present(nothing) },
      ['TemplateTarballMissing: waiting'],
    ],
    [
      'a host that cannot be observed may have it',
      'redis-1',
      nothing,
      { ...none, 'redis-3': unknown('off') },
      ['TemplateTarballMissing: unknown'],
    ],
    [
      'the first host has it',
      'redis-2',
      nothing,
      { 'redis-1': present(built(a)), 'redis-3': unknown('off') },
      ['TemplateTarballMissing: template-copy from redis-1'],
    ],
    [
      'the first host lost it',
      'redis-1',
      nothing,
      { 'redis-2': present(nothing), 'redis-3': present(built(a)) },
      ['TemplateTarballMissing: template-copy from redis-3'],
    ],
    ['all have it', 'redis-1', built(a), { 'redis-2': present(built(a)) }, []],
    ['two builds', 'redis-1', built(a), { 'redis-2': present(built(b)) }, ['TemplatesDiffer: manual']],
    ['of other packages', 'redis-1', built(a, b), none, ['TemplateBuildDiffers: template-build']],
    [
      'changed since',
      'redis-2',
      { ...built(a), tarball: b },
      { 'redis-1': present(built(a)) },
      ['TemplateChecksumDiffers: template-copy from redis-1'],
    ],
    ['put there by somebody else', 'redis-1', { tarball: a, images: [] }, none, ['TemplateTarballForeign: manual']],
  ];
  for (const [why, host, seen, others, expected] of cases)
    it(why, () => expect(found(host, seen, others)).to.deep.equal(expected));

  it('is another one with other packages', () =>
    expect(recipe({ ...build, packages: ['tini', 'procps'] })).not.to.equal(recipe()));
});

describe('a template that is brought', () => {
  const sources: readonly (readonly [TemplateSource, string])[] = [
    [{ file: '/srv/x.tar.gz' }, 'template-copy'],
    [{ url: 'https://example.com/x.tar.gz' }, 'template-fetch'],
    [{ s3: { bucket: 'b', key: 'k', region: 'eu-central-1' } }, 'template-fetch'],
  ];
  for (const [from, operation] of sources)
    it(`${Object.keys(from)[0]}: to each host by itself, and again when another digest is declared`, () => {
      const on = (seen: Template) =>
        tarballFindings(desiredOn('redis-2', from, a), seen, []).map((finding) => [
          finding.reason,
          ...actionsOf(finding).map((one) => one.operation),
        ]);
      expect(on(nothing)).to.deep.equal([['TemplateTarballMissing', operation]]);
      expect(on({ tarball: a, images: [] })).to.deep.equal([]);
      expect(on(built(b, '-'))).to.deep.equal([['TemplateChecksumDiffers', operation]]);
      expect(on({ tarball: b, images: [] })).to.deep.equal([['TemplateTarballForeign']]);
    });
});
