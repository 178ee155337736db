import { bootDigest, type OpenvzBoot, openvzMount, openvzUmount } from '../../../renderers/openvz/mount.ts';
import { description, openvzConf, vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import { portUp } from '../../../renderers/ovs/port-up.ts';
import { templateImage } from '../../facts/container/template.ts';
import type { Action, DesiredFile, OpenvzBaseFile, VzSetting } from '../../operations/actions.ts';
import { containerNumber } from '../../shared/names.ts';
import { initialFiles, markerOf } from '../directory.ts';
import type { ContainerRuntime, MemberContainer } from '../runtime.ts';
import { allSettings, diskSetting, limitSettings, openvzDiffering } from './openvz-settings.ts';
import { rebuildAction } from './rebuild-action.ts';

/**
 * OpenVZ 6 and 7, through vzctl and vzlist. A container is a number and a configuration, which vzctl writes. Its private area is in the
 * member's directory. Its action scripts do what OpenVZ has no parameter for, and a script of the network hook attaches its device.
 */
export const openvz: ContainerRuntime = {
  terms: {
    name: 'OpenVZ',
    configPath: (id) => `${vzPlaces.conf}/${id}.conf`,
    stopCommand: (id) => `vzctl stop ${id}`,
    inspectCommand: (id) => `vzctl status ${id}; vzlist -a ${id}`,
    resolveConflict: (id) =>
      id
        ? 'give it another number, or give the tenant another VLAN before its members are created (the number of a member is 10000 plus its VLAN)'
        : 'remove its name (vzctl set CTID --name "" --save), or rename the member',
    resumeCommand: (id) => `vzctl resume ${id}`,
  },
  idOf: containerNumber,
  // The scheduler counts whole percents of a CPU; rounded up.
  limitsOf: (limits) => ({ ...limits, cpuMillicores: Math.ceil(limits.cpuMillicores / 10) * 10 }),
  files,
  boot: (container) => bootDigest(bootOf(container)),
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
    openvz: {
      ctid: container.id,
      template,
      digest: image.digest,
      base: base(container),
      settings: allSettings(container),
    },
  }),
  rebuild: (container, template, image, imageBytes) => ({
    ...rebuildAction(container, template, image, imageBytes),
    openvz: { ctid: container.id, template },
  }),
  start: ({ host, name, id }) => ({ operation: 'container-run', host, name, order: 'start', ctid: id }),
  restart: ({ host, name, id }, boot) => ({
    operation: 'container-run',
    host,
    name,
    order: 'restart',
    ...(boot === undefined ? {} : { boot }),
    ctid: id,
  }),
  register: (container) => [
    { operation: 'write-files', host: container.host, files: files(container) },
    setting(container, allSettings(container)),
  ],
  differing: openvzDiffering,
  set: (container, differing) =>
    setting(
      container,
      differing.flatMap(({ settings }) => settings),
    ),
  limit: (container) => setting(container, limitSettings(container)),
  grow: (container) => setting(container, diskSetting(container)),
  attach: ({ host, attachment }) => ({ operation: 'container-attach', host, attachment }),
};

function setting(container: MemberContainer, settings: readonly VzSetting[]): Action {
  const { host, name, id } = container;
  return { operation: 'container-settings', host, name, ctid: id, base: base(container), settings };
}

function base(container: MemberContainer): OpenvzBaseFile {
  const mark = markerOf(container);
  const { folder, diskBytes, cluster, id } = container;
  const content = openvzConf({ mark, folder, template: cluster.runtime.template.name, diskBytes });
  return { path: `${vzPlaces.conf}/${id}.conf`, mode: '0644', owner: 'root:root', content, mark: description(mark) };
}

function files(container: MemberContainer): readonly DesiredFile[] {
  const { id, attachment } = container;
  const script = { mode: '0755', owner: 'root:root' } as const;
  const boot = bootOf(container);
  return [
    { path: `${vznetPlaces.ports}/${attachment.port}`, ...script, content: portUp(attachment) },
    { path: `${vzPlaces.conf}/${id}.umount`, ...script, content: openvzUmount(boot) },
    { path: `${vzPlaces.conf}/${id}.mount`, ...script, content: openvzMount(boot) },
  ];
}

function bootOf({ id, folder, member, tenant, cluster }: MemberContainer): OpenvzBoot {
  const { innerMtu: mtu, datapath } = cluster.mesh;
  return { root: `${vzPlaces.root}/${id}`, folder, address: `${member.address}/${tenant.prefixLength}`, mtu, datapath };
}
