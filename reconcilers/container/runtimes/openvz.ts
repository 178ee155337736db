import { description, openvzConf, vzPlaces } from '../../../renderers/openvz-conf.ts';
import { bootDigest, type OpenvzBoot, openvzMount, openvzUmount } from '../../../renderers/openvz-mount.ts';
import { portUp } from '../../../renderers/port-up.ts';
import { vznetPlaces } from '../../../renderers/vznet.ts';
import { containerNumber } from '../../names.ts';
import { templateImage } from '../../questions/template.ts';
import type { Action, DesiredFile, OpenvzBaseFile, VzSetting } from '../../verbs/index.ts';
import { insideFolder, markOf } from '../folder.ts';
import type { ContainerRuntime, MemberContainer } from '../runtime.ts';
import { allSettings, diskSetting, limitSettings, openvzDiffering } from './openvz-settings.ts';

/**
 * OpenVZ 6 and 7, by vzctl and vzlist. A container is a number and its configuration, which is vzctl's to write; its private area lies in
 * the member's folder. What OpenVZ has no parameter for stands in its action scripts, and its device in a script of the network hook.
 */
export const openvz: ContainerRuntime = {
  words: {
    name: 'OpenVZ',
    place: (id) => `${vzPlaces.conf}/${id}.conf`,
    stop: (id) => `vzctl stop ${id}`,
    look: (id) => `vzctl status ${id}; vzlist -a ${id}`,
    taken: (id) =>
      id
        ? 'give it another number, or the tenant another VLAN before its members are made: a member is 10000 plus its VLAN'
        : 'take its name off it (vzctl set CTID --name "" --save), or rename the member',
    thaw: (id) => `vzctl resume ${id}`,
  },
  idOf: containerNumber,
  // Its scheduler counts whole percents of a CPU: rounded up.
  limitsOf: (limits) => ({ ...limits, cpuMillicores: Math.ceil(limits.cpuMillicores / 10) * 10 }),
  files,
  boot: (container) => bootDigest(bootOf(container)),
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
    openvz: {
      ctid: container.id,
      template,
      digest: image.digest,
      base: base(container),
      settings: allSettings(container),
    },
  }),
  start: ({ host, name, id }) => ({ verb: 'container-run', host, name, order: 'start', ctid: id }),
  restart: ({ host, name, id }, boot) => ({
    verb: 'container-run',
    host,
    name,
    order: 'restart',
    ...(boot === undefined ? {} : { boot }),
    ctid: id,
  }),
  register: (container) => [
    { verb: 'write-files', host: container.host, files: files(container) },
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
  attach: ({ host, attachment }) => ({ verb: 'container-attach', host, attachment }),
};

function setting(container: MemberContainer, settings: readonly VzSetting[]): Action {
  const { host, name, id } = container;
  return { verb: 'container-settings', host, name, ctid: id, base: base(container), settings };
}

function base(container: MemberContainer): OpenvzBaseFile {
  const mark = markOf(container);
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
