import { bootDigest, type LxcContainer, lxcConfig, lxcRoot } from '../../../renderers/lxc-config.ts';
import { lxcStartHost } from '../../../renderers/lxc-start-host.ts';
import { portUp } from '../../../renderers/port-up.ts';
import { folders } from '../../marks.ts';
import { containerName, memberMac } from '../../names.ts';
import { templateImage } from '../../questions/template.ts';
import type { Action, DesiredFile } from '../../verbs/index.ts';
import { insideFolder, markOf } from '../folder.ts';
import type { ContainerRuntime, MemberContainer } from '../runtime.ts';

/** LXC 4 and later: a container is a folder in /var/lib/lxc whose `config` makes it exist. */
export const lxc: ContainerRuntime = {
  words: {
    name: 'LXC',
    place: (id) => `${lxcRoot}/${id}`,
    stop: (id) => `lxc-stop -n ${id}`,
    look: (id) => `lxc-info -n ${id}`,
    taken: () => 'remove or rename it, or rename the member',
    thaw: (id) => `lxc-unfreeze -n ${id}`,
  },
  idOf: containerName,
  limitsOf: (limits) => limits,
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
    inside: insideFolder(container, image),
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
  register: (container) => [write(container)],
  differing: () => [],
  // Its configuration is one of its files.
  set: write,
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

function write(container: MemberContainer): Action {
  return { verb: 'write-files', host: container.host, files: files(container) };
}

function files(container: MemberContainer): readonly DesiredFile[] {
  const folder = `${lxcRoot}/${container.name}`;
  const { datapath } = container.cluster.mesh;
  const stamp = `${folders.runtime}/containers/${container.name}`;
  const script = { mode: '0755', owner: 'root:root' } as const;
  return [
    { path: `${folder}/up`, ...script, content: portUp(container.attachment) },
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
    mark: markOf({ cluster, tenant, member }),
    folder,
    lxcFolder: `${lxcRoot}/${name}`,
    port: attachment.port,
    mac: memberMac(address),
    prefixLength: tenant.prefixLength,
    mtu: cluster.mesh.innerMtu,
    limits,
  };
}
