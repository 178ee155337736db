import { type ContainerMark, type MemberIdentity, markLine } from '../../renderers/container-mark.ts';
import { memberInit } from '../../renderers/member-init.ts';
import { text } from '../../renderers/text.ts';
import type { TemplateImage } from '../questions/template.ts';
import type { DesiredFile } from '../verbs/index.ts';
import type { MemberContainer } from './runtime.ts';

/** What a member's folder holds from the beginning, whatever runs its container: PID 1, and whose it is. Paths are relative to it. */
export function insideFolder(container: MemberContainer, image: TemplateImage): readonly DesiredFile[] {
  const { cluster, tenant, member } = container;
  const { digest, uid, gid } = image;
  const names = { cluster: cluster.name, tenant: tenant.name, member: member.name };
  const identity: MemberIdentity = { ...names, template: digest, uid, gid };
  return [
    { path: 'conf/init', mode: '0755', owner: 'root:root', content: memberInit() },
    { path: 'identity', mode: '0644', owner: 'root:root', content: text`${markLine(identity)}` },
  ];
}

/** The mark of its container. */
export function markOf({
  cluster,
  tenant,
  member,
}: Pick<MemberContainer, 'cluster' | 'tenant' | 'member'>): ContainerMark {
  const { name, address } = member;
  return { cluster: cluster.name, tenant: tenant.name, member: name, vlan: tenant.vlan, address };
}
