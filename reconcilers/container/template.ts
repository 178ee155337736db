import type { Runtime } from '../../crds/fleet.ts';
import { act, blind, type Drift, operator, type Remedy } from '../drift.ts';
import type { Template, TemplateImage } from '../questions/template.ts';
import { bind } from '../reconciler.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';

const questions = ({ host, runtime: { type, template } }: DesiredHost) => ({
  template: { what: 'template', host, runtime: type, name: template.name, tarball: template.tarball } as const,
});

/** The template's image on each host, made when its tarball is there and is the right one. */
export const templates = bind<DesiredHost, ReturnType<typeof questions>>({
  concern: 'container',
  desire: (fleet) => desiredHosts(fleet, 'template'),
  questions,
  diff: ({ subject, host, runtime }, { template: seen }) => {
    const { name, tarball, sha256 } = runtime.template;
    // Members that are there do not need it: it hurts nobody that it is missing, but for those who wait for a container.
    const finding = (want: string, have: string, remedy: Remedy): readonly Drift[] => [
      { subject, field: `template ${name}`, want, have, hurts: [], remedy },
    ];
    if (seen.state !== 'present') {
      const reason = seen.state === 'unknown' ? seen.reason : 'nothing was answered';
      return finding('prepared', 'could not be seen', blind(reason));
    }
    if (imageFor(runtime, seen.value)) return [];
    const have = seen.value.tarball;
    if (have === undefined) {
      const reason = `put the template's tarball at ${tarball} on ${host}: no container can be made there until then`;
      return finding('prepared', `no ${tarball}`, operator(reason));
    }
    if (sha256 !== undefined && sha256 !== have) {
      const reason = `${tarball} on ${host} is not the declared one: put the right file there, or correct spec.runtime.template.sha256 of the Cluster. Nothing is made from it`;
      return finding(`SHA-256 ${sha256}`, have, operator(reason));
    }
    const prepare = { verb: 'container-template', host, runtime: runtime.type, name, tarball, digest: have } as const;
    return finding('prepared', seen.value.images.length ? 'made from another tarball' : 'not prepared', act([prepare]));
  },
});

/** The image that members are to be made from: that of the declared digest, else of the tarball that lies there, else the only one. */
export function imageFor({ template }: Runtime, seen: Template): TemplateImage | undefined {
  const wanted = template.sha256 ?? seen.tarball ?? seen.images[0]?.digest;
  return seen.images.find((image) => image.digest === wanted);
}
