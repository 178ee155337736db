import { type MemberIdentity, markLine } from '../../../renderers/container-mark.ts';
import { bootDigest, type LxcContainer, lxcConfig, lxcRoot } from '../../../renderers/lxc-config.ts';
import { lxcStartHost } from '../../../renderers/lxc-start-host.ts';
import { lxcUp } from '../../../renderers/lxc-up.ts';
import { memberInit } from '../../../renderers/member-init.ts';
import { text } from '../../../renderers/text.ts';
import { folders } from '../../marks.ts';
import { memberMac } from '../../names.ts';
import { type TemplateImage, templateImage } from '../../questions/template.ts';
import type { DesiredFile } from '../../verbs/index.ts';
import type { ContainerRuntime, MemberContainer } from '../runtime.ts';

/** LXC 4 and later: a container is a folder in /var/lib/lxc whose `config` makes it exist. */
export const lxc: ContainerRuntime = {
  files,
  boot: (container) => bootDigest(described(container)),
  create: (container, template, image) => ({
    verb: 'container-create',
    host: container.host,
    name: container.name,
    folder: container.folder,
    image: templateImage(template, image.digest),
    bytes: container.diskBytes,
    gid: image.gid,
    inside: [
      { path: 'conf/init', mode: '0755', owner: 'root:root', content: memberInit() },
      { path: 'identity', mode: '0644', owner: 'root:root', content: text`${markLine(identityFor(container, image))}` },
    ],
    files: files(container),
  }),
  start: ({ host, name }) => ({ verb: 'container-run', host, name, order: 'start' }),
  restart: ({ host, name }, boot) => ({
    verb: 'container-run',
    host,
    name,
    order: 'restart',
    ...(boot === undefined ? {} : { boot }),
  }),
  limit: ({ host, name, limits }) => ({ verb: 'container-limits', host, name, limits }),
  grow: ({ host, name, folder, diskBytes }) => ({
    verb: 'container-grow',
    host,
    name,
    image: `${folder}/rootfs.img`,
    bytes: diskBytes,
  }),
  attach: ({ host, attachment }) => ({ verb: 'container-attach', host, attachment }),
};

function files(container: MemberContainer): readonly DesiredFile[] {
  const folder = `${lxcRoot}/${container.name}`;
  const { datapath } = container.cluster.mesh;
  const stamp = `${folders.runtime}/containers/${container.name}`;
  const script = { mode: '0755', owner: 'root:root' } as const;
  return [
    { path: `${folder}/up`, ...script, content: lxcUp(container.attachment) },
    {
      path: `${folder}/start-host`,
      ...script,
      content: lxcStartHost({ stamp, port: container.attachment.port, datapath }),
    },
    { path: `${folder}/config`, mode: '0644', owner: 'root:root', content: lxcConfig(described(container)) },
  ];
}

function described({ cluster, tenant, member, name, folder, attachment, limits }: MemberContainer): LxcContainer {
  const { address } = member;
  return {
    name,
    mark: { cluster: cluster.name, tenant: tenant.name, member: member.name, vlan: tenant.vlan, address },
    folder,
    lxcFolder: `${lxcRoot}/${name}`,
    port: attachment.port,
    mac: memberMac(address),
    prefixLength: tenant.prefixLength,
    mtu: cluster.mesh.innerMtu,
    limits,
  };
}

function identityFor({ cluster, tenant, member }: MemberContainer, image: TemplateImage): MemberIdentity {
  const { digest, uid, gid } = image;
  return { cluster: cluster.name, tenant: tenant.name, member: member.name, template: digest, uid, gid };
}
