import { memberInit } from '../../renderers/container/init.ts';
import { type ContainerMark, type MemberIdentity, markLine } from '../../renderers/container/marker.ts';
import { text } from '../../renderers/lib/text.ts';
import type { TemplateImage } from '../facts/container/template.ts';
import type { DesiredFile } from '../operations/actions.ts';
import type { MemberContainer } from './runtime.ts';

/** Files that a member's directory holds from its creation, with any runtime: PID 1, and the owner. Paths are relative to it. */
export function initialFiles(container: MemberContainer, image: TemplateImage): readonly DesiredFile[] {
  return [
    { path: 'conf/init', mode: '0755', owner: 'root:root', content: memberInit() },
    identityFile(container, image),
  ];
}

/** The owner of a member's directory, and the template that its root is made from. */
export function identityFile({ cluster, tenant, member }: MemberContainer, image: TemplateImage): DesiredFile {
  const { digest, uid, gid } = image;
  const names = { cluster: cluster.name, tenant: tenant.name, member: member.name };
  const identity: MemberIdentity = { ...names, template: digest, uid, gid };
  return { path: 'identity', mode: '0644', owner: 'root:root', content: text`${markLine(identity)}` };
}

/** The marker of the member's container. */
export function markerOf({
  cluster,
  tenant,
  member,
}: Pick<MemberContainer, 'cluster' | 'tenant' | 'member'>): ContainerMark {
  const { name, address } = member;
  return { cluster: cluster.name, tenant: tenant.name, member: name, vlan: tenant.vlan, address };
}
