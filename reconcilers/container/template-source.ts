import type { HostName, Runtime, TemplateBuild } from '../../crds/fleet.ts';
import { digest as sha256Of } from '../../renderers/lib/text.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Template } from '../facts/container/template.ts';
import type { Observation } from '../facts/observation.ts';
import type { Action } from '../operations/actions.ts';
import { type DesiredHost, hostSubject } from './desired.ts';
import { builtDifferently, foreignTarball, mayHaveTemplate } from './messages.ts';

/** What another Redis host has of the template. */
export interface OtherHost {
  readonly host: HostName;
  readonly seen: Observation<Template>;
}

/** Of a template that the operator builds or brings: what is wrong with the tarball of a host. None: it is the right one. */
export function tarballFindings(
  desired: DesiredHost,
  seen: Template,
  others: readonly OtherHost[],
): readonly Finding[] {
  const { template } = desired.runtime;
  const { from, sha256 } = template;
  if (!from) return [];
  if ('build' in from) return builtFindings(desired, from.build, seen, others);
  if (sha256 === undefined || seen.tarball === sha256) return [];
  const { host } = desired;
  const to = { host, tarball: template.tarball, recipe: '-', digest: sha256 };
  const bring: Action =
    'file' in from ? { operation: 'template-copy', ...to, from } : { operation: 'template-fetch', ...to, source: from };
  return [tarballFinding(desired, seen, sha256, act([bring]))];
}

/** All hosts have the bytes of one build: a host copies them from any that has them, and only if nobody can have them they are built. */
function builtFindings(
  desired: DesiredHost,
  build: TemplateBuild,
  seen: Template,
  others: readonly OtherHost[],
): readonly Finding[] {
  const { host, builder, runtime } = desired;
  const { tarball } = runtime.template;
  const recipe = recipeOf(build);
  const have = [...others, { host, seen: { state: 'present', value: seen } as const }].flatMap((one) =>
    one.seen.state === 'present' && isBuilt(one.seen.value, recipe)
      ? [{ host: one.host, digest: one.seen.value.tarball ?? '' }]
      : [],
  );
  const own = have.find((one) => one.host === host);
  const first = have.find((one) => one.host === builder) ?? have[0];
  if (own && first) {
    const other = have.find((one) => one.digest !== own.digest);
    if (!other) return [];
    const values = { have: own.digest.slice(0, 12), want: 'the same on all Redis hosts' };
    const remedy = manual(builtDifferently(host, other.host, tarball));
    return [findingsAbout(desired.subject)('TemplatesDiffer', field(runtime), values, remedy)];
  }
  const to = { host, tarball, recipe };
  if (first) {
    const copy: Action = { operation: 'template-copy', ...to, digest: first.digest, from: { host: first.host } };
    return [tarballFinding(desired, seen, first.digest, act([copy]))];
  }
  return [
    tarballFinding(desired, seen, undefined, buildIt({ operation: 'template-build', ...to, build }, desired, others)),
  ];
}

/** A host that cannot be observed may have it. */
function buildIt(action: Action, { host, builder }: DesiredHost, others: readonly OtherHost[]): Remedy {
  if (host !== builder) return dependsOn(hostSubject(builder, 'template'), 'the template is built there, and copied');
  const unknown = others.find(({ seen }) => seen.state === 'unknown');
  return unknown ? notObserved(unknown.seen, (reason) => mayHaveTemplate(unknown.host, reason)) : act([action]);
}

/** `want`: the digest that it should have; undefined before it is built. */
function tarballFinding(
  { subject, host, runtime }: DesiredHost,
  { tarball, origin }: Template,
  want: string | undefined,
  remedy: Remedy,
): Finding {
  const finding = findingsAbout(subject);
  const { tarball: path } = runtime.template;
  if (tarball === undefined)
    return finding('TemplateTarballMissing', field(runtime), { have: 'absent', want: 'present' }, remedy);
  const have = tarball.slice(0, 12);
  if (!origin)
    return finding(
      'TemplateTarballForeign',
      field(runtime),
      { have, want: 'ours' },
      manual(foreignTarball(path, host)),
    );
  if (want === undefined)
    return finding('TemplateBuildDiffers', field(runtime), { have, want: 'built as declared' }, remedy);
  return finding('TemplateChecksumDiffers', field(runtime), { have, want: want.slice(0, 12) }, remedy);
}

function field({ template }: Runtime): string {
  return `template ${template.name} tarball`;
}

/** It is what was built here or copied, of the declared packages, and was not changed since. */
function isBuilt({ tarball, origin }: Template, recipe: string): boolean {
  return tarball !== undefined && origin?.digest === tarball && origin.recipe === recipe;
}

/** What a template is built from, as one digest. */
function recipeOf({ suite, mirror, components, packages }: TemplateBuild): string {
  return sha256Of(JSON.stringify([suite, mirror, components, packages]));
}
