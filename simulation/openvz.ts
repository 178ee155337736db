import { pairOf } from '../reconcilers/facts/container/vz-values.ts';
import type { ActionOf, VzSetting } from '../reconcilers/operations/actions.ts';
import { header } from '../renderers/lib/header.ts';
import { folders } from '../renderers/lib/markers.ts';
import { reveal } from '../renderers/lib/text.ts';
import { vzPlaces } from '../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../renderers/openvz/vznet.ts';
import { exitsFile } from './conf.ts';
import { putFile } from './files.ts';
import { addLink, bringUp, dropLink } from './links.ts';
import { attach, attachmentIn, blocks, createContainer } from './lxc.ts';
import { confOf, confPath, containerIds, externalScript, folderIn, limitsIn, nameIn, parsed } from './openvz-conf.ts';
import { type HostWorld, numberFrom, OperationFailed, type Part, type World } from './world.ts';

/** The directory as with LXC, then vzctl's configuration, then its parameters. */
export function createVz(host: HostWorld, action: ActionOf<'container-create'>): readonly Part[] {
  const { openvz } = action;
  if (!openvz) return [];
  return [...createContainer(host, action), ...settleVz(host, openvz)];
}

/** `vzctl set --save`, after a missing configuration was created. */
export function settleVz(
  host: HostWorld,
  { ctid, base, settings }: Pick<ActionOf<'container-settings'>, 'ctid' | 'base' | 'settings'>,
): readonly Part[] {
  const known = () => host.files[base.path];
  const conf = () => {
    if (known() && !known()?.text.includes(`DESCRIPTION="${base.mark}"`))
      throw new OperationFailed(
        `container ${ctid} does not carry this member's marker (${base.path}); it is left unchanged`,
      );
    if (known()) return;
    dropScriptsOf(host, ctid, folderIn(parsed(reveal(base.content))));
    putFile(host, base);
  };
  return [conf, () => setVz(host, ctid, settings)];
}

/** Those that an interrupted registration under another number left behind. */
function dropScriptsOf(host: HostWorld, ctid: string, folder: string): void {
  for (const path of Object.keys(host.files)) {
    const [, other] = /^\/etc\/vz\/conf\/(\d+)\.mount$/.exec(path) ?? [];
    if (
      !other ||
      other === ctid ||
      host.files[confPath(other)] ||
      !host.files[path]?.text.includes(`folder='${folder}'`)
    )
      continue;
    const own = [path, `${vzPlaces.conf}/${other}.umount`, `${vznetPlaces.ports}/ct${Number(other) - 10_000}`];
    for (const file of own) delete host.files[file];
  }
}

function setVz(host: HostWorld, ctid: string, settings: readonly VzSetting[]): void {
  const file = host.files[confPath(ctid)];
  if (!file) throw new OperationFailed(`vzctl set ${ctid} ended with 14`);
  const conf = {
    ...parsed(file.text),
    ...Object.fromEntries(settings.filter(([option]) => option !== 'netif_del').map(parameter)),
  };
  // In a fixed order, so that equivalent worlds are equal.
  const lines = Object.entries(conf).map(([key, value]) => `${key}="${value}"\n`);
  file.text = `${header}${lines.sort().join('')}`;
  const container = host.containers[nameIn(ctid, conf)];
  if (container && settings.some(([option]) => option === 'ram')) Object.assign(container.limits, limitsIn(conf));
  const disk = host.disks[`${folderIn(conf)}/rootfs.img`];
  const bytes = (pairOf(conf['DISKSPACE'], 1024)?.[1] ?? 0) * 1024;
  if (disk && settings.some(([option]) => option === 'diskspace'))
    Object.assign(disk, { imageBytes: bytes, fileSystemBytes: blocks(bytes) });
}

/** The configuration line of an option of `vzctl set`. */
function parameter([option, value]: VzSetting): readonly [string, string] {
  if (option === 'ram') return ['PHYSPAGES', `0:${Number.parseInt(value, 10) / 4096}`];
  if (option === 'swap') return ['SWAPPAGES', `0:${Number(value) / 4096}`];
  if (option === 'diskspace') return ['DISKSPACE', `${value.replace('K', '')}:${value.replace('K', '')}`];
  if (option !== 'netif_add') return [option.toUpperCase(), value];
  const [ifname = '', mac = '', port = '', hostMac = ''] = value.split(',');
  return ['NETIF', `ifname=${ifname},mac=${mac.toUpperCase()},host_ifname=${port},host_mac=${hostMac}`];
}

/** The effect of vzctl, our action script and the network hook, from the contents of their files. */
export function startVz(host: HostWorld, ctid: string): void {
  const fail = (code: number) => new OperationFailed(`vzctl start ${ctid} ended with ${code}`);
  const conf = confOf(host, ctid);
  if (!conf) throw fail(14);
  const name = nameIn(ctid, conf);
  if (host.containers[name]) return;
  if (conf['DISABLED'] === 'yes') throw fail(105);
  const [, port] = /host_ifname=([^,;]+)/.exec(conf['NETIF'] ?? '') ?? [];
  if (!host.disks[`${folderIn(conf)}/rootfs.img`]) throw fail(43);
  const script = host.files[`${vzPlaces.conf}/${ctid}.mount`];
  const value = (key: string) => new RegExp(`^(?:.* )?${key}='([^']*)'`, 'm').exec(script?.text ?? '')?.[1];
  const [folder, address, mtu, digest] = ['folder', 'address', 'mtu', 'boot'].map(value);
  // Without it the container has no PID 1. A file that is not executable is skipped.
  if (!folder || !address || !mtu || !digest || !executable(script)) throw fail(79);
  if (!port) throw fail(7);
  dropLink(host, port);
  delete host.files[`${folder}/conf/${exitsFile}`];
  addLink(host, port, 1500);
  try {
    callHook(host, port);
  } catch {
    dropLink(host, port);
    throw fail(130);
  }
  const pid = numberFrom(host);
  host.files[`${folders.runtime}/containers/${name}`] = { mode: '644', owner: 'root:root', text: `${pid} ${digest}\n` };
  const blank = { redis: undefined, sentinel: undefined, startGuard: undefined };
  const place = { address: address.split('/')[0] ?? '', mtu: Number(mtu), port, folder };
  host.containers[name] = { pid, ...place, limits: { ...limitsIn(conf), used: 2 ** 20 }, ...blank };
}

/** vznetcfg: brings the device up itself if no executable script is configured. */
function callHook(host: HostWorld, port: string): void {
  const hook = host.files[externalScript(host)];
  const script = host.files[`${vznetPlaces.ports}/${port}`];
  if (hook && executable(hook) && !hook.text.includes('init veth')) throw new OperationFailed('the hook failed');
  if (!hook || !executable(hook) || !script) {
    bringUp(host, port, 1500, []);
    return;
  }
  const attachment = attachmentIn(script.text);
  if (!attachment) throw new OperationFailed('the hook failed');
  attach(host, attachment);
}

/** The service vz at boot: starts the containers with autostart. */
export function autostartVz(_: World, host: HostWorld): boolean {
  for (const ctid of containerIds(host)) {
    if (confOf(host, ctid)?.['ONBOOT'] !== 'yes') continue;
    try {
      startVz(host, ctid);
    } catch {
      // It reports the failure and continues with the next one.
    }
  }
  return true;
}

function executable(file: { readonly mode: string } | undefined): boolean {
  return (Number.parseInt(file?.mode ?? '', 8) & 0o111) !== 0;
}
