import { folders } from '../../../renderers/lib/markers.ts';
import { bootDigest, type LxcContainer, lxcConfig, lxcRoot } from '../../../renderers/lxc/lxc-config.ts';
import { lxcStartHost } from '../../../renderers/lxc/start-host.ts';
import { portUp } from '../../../renderers/ovs/port-up.ts';
import { templateImage } from '../../facts/container/template.ts';
import type { Action, DesiredFile } from '../../operations/actions.ts';
import { containerName, memberMac } from '../../shared/names.ts';
import { initialFiles, markerOf } from '../directory.ts';
import type { ContainerRuntime, MemberContainer } from '../runtime.ts';
import { rebuildAction } from './rebuild-action.ts';

/** LXC 4 and later. A container is a directory in /var/lib/lxc; its `config` makes it exist. */
export const lxc: ContainerRuntime = {
  terms: {
    name: 'LXC',
    configPath: (id) => `${lxcRoot}/${id}`,
    stopCommand: (id) => `lxc-stop -n ${id}`,
    inspectCommand: (id) => `lxc-info -n ${id}`,
    resolveConflict: () => 'remove or rename it, or rename the member',
    resumeCommand: (id) => `lxc-unfreeze -n ${id}`,
  },
  idOf: containerName,
  limitsOf: (limits) => limits,
  files,
  boot: (container) => bootDigest(lxcContainerOf(container)),
  create: (container, template, image) => ({
    operation: 'container-create',
    host: container.host,
    name: container.name,
    folder: container.folder,
    image: templateImage(template, image.digest),
    bytes: container.diskBytes,
    gid: image.gid,
    inside: initialFiles(container, image),
    files: files(container),
  }),
  rebuild: rebuildAction,
  start: ({ host, name }) => ({ operation: 'container-run', host, name, order: 'start' }),
  restart: ({ host, name }, boot) => ({
    operation: 'container-run',
    host,
    name,
    order: 'restart',
    ...(boot === undefined ? {} : { boot }),
  }),
  register: (container) => [write(container)],
  differing: () => [],
  // Its configuration is one of its files.
  set: write,
  limit: ({ host, name, limits }) => ({ operation: 'container-limits', host, name, limits }),
  grow: ({ host, name, folder, diskBytes }) => ({
    operation: 'container-grow',
    host,
    name,
    image: `${folder}/rootfs.img`,
    bytes: diskBytes,
  }),
  attach: ({ host, attachment }) => ({ operation: 'container-attach', host, attachment }),
};

function write(container: MemberContainer): Action {
  return { operation: 'write-files', host: container.host, files: files(container) };
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
    { path: `${folder}/config`, mode: '0644', owner: 'root:root', content: lxcConfig(lxcContainerOf(container)) },
  ];
}

function lxcContainerOf({ cluster, tenant, member, name, folder, attachment, limits }: MemberContainer): LxcContainer {
  const { address } = member;
  return {
    name,
    mark: markerOf({ cluster, tenant, member }),
    folder,
    lxcFolder: `${lxcRoot}/${name}`,
    port: attachment.port,
    mac: memberMac(address),
    prefixLength: tenant.prefixLength,
    mtu: cluster.mesh.innerMtu,
    limits,
  };
}
