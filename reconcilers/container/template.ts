import type { HostName, Runtime } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { act, manual, notObserved } from '../contract/remedy.ts';
import type { Template, TemplateImage } from '../facts/container/template.ts';
import type { Observation } from '../facts/observation.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { tarballMissing, wrongTarball } from './messages.ts';
import { membersOfOtherRuntime } from './other-runtime.ts';
import { type OtherHost, tarballFindings } from './template-source.ts';

const facts = ({ host, others, runtime }: DesiredHost) => ({
  template: templateOn(host, runtime),
  containers: { fact: 'containers', host, runtime: runtime.type } as const,
  // One that is built is the same on all hosts.
  others:
    runtime.template.from && 'build' in runtime.template.from ? others.map((one) => templateOn(one, runtime)) : [],
});

function templateOn(host: HostName, { type, template: { name, tarball } }: Runtime) {
  return { fact: 'template', host, runtime: type, name, tarball } as const;
}

/** The template's image on each host, made once its tarball is there and is the declared one. */
export const templates = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'container',
  desire: (fleet, inventory) => desiredHosts(fleet, 'template', inventory),
  facts,
  diff: (desired, { template, containers, others }) => {
    // Nothing is prepared for members that would not be created: that they are of another runtime is a finding of each.
    const folders = containers.state === 'present' ? containers.value.folders : [];
    if (membersOfOtherRuntime(folders, desired.declared).length) return [];
    if (containers.state === 'unknown')
      return [findingsAbout(desired.subject)('NotObserved', 'template', unknown, notObserved(containers))];
    const known = others.flatMap((seen, index) => {
      const host = desired.others[index];
      return host === undefined ? [] : [{ host, seen }];
    });
    return templateFindings(desired, template, known);
  },
});

const unknown = { have: 'unknown', want: 'present' };

/** Existing members do not need the template: one that is missing impacts nobody but members that have no container yet. */
function templateFindings(
  desired: DesiredHost,
  seen: Observation<Template>,
  others: readonly OtherHost[],
): readonly Finding[] {
  const { subject, host, runtime } = desired;
  const { name, tarball, sha256, from } = runtime.template;
  const finding = findingsAbout(subject);
  const field = `template ${name}`;
  const absent = { have: 'absent', want: 'present' };
  if (seen.state !== 'present') return [finding('NotObserved', field, unknown, notObserved(seen))];
  // What is built stays on all hosts, as it cannot be had again with the same bytes.
  const built = from && 'build' in from ? tarballFindings(desired, seen.value, others) : [];
  if (built.length) return built;
  if (imageFor(runtime, seen.value)) return [];
  const brought = tarballFindings(desired, seen.value, others);
  if (brought.length) return brought;
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

/** The image to create members from. */
export function imageFor(runtime: Runtime, seen: Template): TemplateImage | undefined {
  const wanted = wantedDigest(runtime, seen);
  return seen.images.find((image) => image.digest === wanted);
}

/** The digest that the members' template has: the declared one, else that of the present tarball, else that of the only image. */
export function wantedDigest({ template }: Runtime, seen: Template): string | undefined {
  return template.sha256 ?? seen.tarball ?? seen.images[0]?.digest;
}
