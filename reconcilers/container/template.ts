import type { Runtime } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { act, manual, notObserved } from '../contract/remedy.ts';
import type { Template, TemplateImage } from '../facts/container/template.ts';
import type { Observation } from '../facts/observation.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { tarballMissing, wrongTarball } from './messages.ts';

const facts = ({ host, runtime: { type, template } }: DesiredHost) => ({
  template: { fact: 'template', host, runtime: type, name: template.name, tarball: template.tarball } as const,
});

/** The template's image on each host, made once its tarball is there and is the declared one. */
export const templates = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'container',
  desire: (fleet) => desiredHosts(fleet, 'template'),
  facts,
  diff: (desired, { template }) => templateFindings(desired, template),
});

/** Existing members do not need the template: one that is missing impacts nobody but members that have no container yet. */
function templateFindings({ subject, host, runtime }: DesiredHost, seen: Observation<Template>): readonly Finding[] {
  const { name, tarball, sha256 } = runtime.template;
  const finding = findingsAbout(subject);
  const field = `template ${name}`;
  const absent = { have: 'absent', want: 'present' };
  if (seen.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want: 'present' }, notObserved(seen))];
  if (imageFor(runtime, seen.value)) return [];
  const digest = seen.value.tarball;
  if (digest === undefined)
    return [finding('TemplateTarballMissing', field, absent, manual(tarballMissing(tarball, host)))];
  if (sha256 !== undefined && sha256 !== digest) {
    const remedy = manual(wrongTarball(tarball, host));
    return [finding('TemplateChecksumDiffers', `${field} SHA-256`, { have: digest, want: sha256 }, remedy)];
  }
  const prepare = act([{ operation: 'container-template', host, runtime: runtime.type, name, tarball, digest }]);
  const [image] = seen.value.images;
  if (!image) return [finding('TemplateMissing', field, absent, prepare)];
  const values = { have: image.digest.slice(0, 12), want: digest.slice(0, 12) };
  return [finding('TemplateOutdated', field, values, prepare)];
}

/** The image to create members from: that of the declared digest, else of the present tarball, else the only one. */
export function imageFor({ template }: Runtime, seen: Template): TemplateImage | undefined {
  const wanted = template.sha256 ?? seen.tarball ?? seen.images[0]?.digest;
  return seen.images.find((image) => image.digest === wanted);
}
