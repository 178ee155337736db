import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, info, manual, type Remedy, settling } from '../contract/remedy.ts';
import type { ContainerFacts, MemberFolder } from '../facts/container/container-facts.ts';
import type { TemplateImage } from '../facts/container/template.ts';
import { engineText } from '../shared/engine.ts';
import { ageText } from '../shared/retirement.ts';
import { type DesiredMember, hostSubject, rootFindingsOf } from './desired.ts';
import { formerKept, templateTooLarge } from './messages.ts';

import { ownerOf } from './ownership.ts';
import type { RelatedFacts } from './related-facts.ts';
import { runtimes } from './runtimes/index.ts';
import { imageFor, wantedDigest } from './template.ts';

/**
 * A container that was made from another template than the declared one gets a root of that one, with its data. In which order, and whether its
 * new engine can read those data, is decided where Redis is known (shared/master-last.ts). A template that is not known now is not compared.
 */
export function templateFindings(
  desired: DesiredMember,
  facts: ContainerFacts,
  folder: MemberFolder,
  { template }: RelatedFacts,
): readonly Finding[] {
  const { cluster } = desired.container;
  const used = folder.identity?.template;
  const wanted = template.state === 'present' ? wantedDigest(cluster.runtime, template.value) : undefined;
  if (!used || !wanted || used === wanted) return [];
  const image = template.state === 'present' ? imageFor(cluster.runtime, template.value) : undefined;
  const holds = image?.engine ? `, ${engineText(image.engine)}` : '';
  const values = { have: used.slice(0, 12), want: `${wanted.slice(0, 12)}${holds}` };
  const remedy = remedyFor(desired, facts, folder, image);
  return [rootFindingsOf(desired)('ContainerTemplateDiffers', 'template', values, remedy)];
}

function remedyFor(
  { container }: DesiredMember,
  facts: ContainerFacts,
  { imageBytes }: MemberFolder,
  image: TemplateImage | undefined,
): Remedy {
  const { runtime } = container.cluster;
  const { rebuild } = runtimes[runtime.type];
  if (!image) return dependsOn(hostSubject(container.host, 'template'));
  if (facts.state !== 'RUNNING' || imageBytes === undefined) return settling('it is rebuilt once it runs');
  if (image.bytes > Math.max(container.diskBytes, imageBytes))
    return manual(templateTooLarge(runtime.template.name, `${Math.ceil(image.bytes / 2 ** 20)}Mi`));
  return act([rebuild(container, runtime.template.name, image, imageBytes)], [container.tenant.name]);
}

/** The root that it had before, with the data as they were then. It is removed as other retired things are: on request, after their time. */
export function formerFindings(desired: DesiredMember, { former }: MemberFolder, now: number): readonly Finding[] {
  if (!former) return [];
  const { container } = desired;
  const { host, name, cluster } = container;
  const keepSeconds = Math.ceil(cluster.prune.retainForMs / 1000);
  const of = `former root of ${name}` as const;
  const age = former.since === undefined ? undefined : now - former.since;
  const remedy =
    former.since === undefined || age === undefined || age < 0
      ? info(`since when is not known: remove ${container.folder}/rootfs.former on ${host} once it is not needed`)
      : age < keepSeconds
        ? info(formerKept(ageText(age), new Date((former.since + keepSeconds) * 1000).toISOString()))
        : info('its time is over; apply --prune removes it', {
            of,
            actions: [{ operation: 'container-former', host, name, owner: ownerOf(container), keepSeconds }],
          });
  const values = { have: 'present', want: 'absent' };
  return [rootFindingsOf(desired)('ContainerFormerRoot', 'former root', values, remedy)];
}
