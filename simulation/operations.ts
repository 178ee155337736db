import type { Action, ActionOf, OperationName } from '../reconcilers/operations/actions.ts';
import { ec2Operations } from '../reconcilers/operations/index.ts';
import { haproxyPlaces, vipPlaces } from '../renderers/lib/proxy-paths.ts';
import { reveal } from '../renderers/lib/text.ts';
import { rebootHost } from './boot.ts';
import { create, startContainer } from './containers.ts';
import { changeDataDisk } from './data-volumes.ts';
import { drainHost } from './drained.ts';
import { killForDrill } from './drill.ts';
import { applyEc2Command } from './ec2.ts';
import { putFile, removeFiles } from './files.ts';
import { recordFormer } from './keepalived.ts';
import { bringUp } from './links.ts';
import { attach, growDisk, limitContainer, makeTemplate } from './lxc.ts';
import { killStopped, markMember, permitMember, restartMember, writeMemberConf } from './members.ts';
import { addDriver } from './nic.ts';
import { settleVz } from './openvz.ts';
import { stepOvs, transact } from './ovs.ts';
import { changeBridge } from './ovs-bridge.ts';
import { addRepository, installPackages, loadModules } from './packages.ts';
import { rebuildContainer, removeFormer } from './rebuild.ts';
import { acceptPasswords, monitor, relink, resetSentinel, setRedis, setSentinel, switchMaster } from './resp.ts';
import { destroyMember, restoreMember, retireMember } from './retired.ts';
import { buildTemplate, copyTarball, installTarball } from './templates.ts';
import { endUnit, orderUnit } from './units.ts';
import { type HostWorld, hostOf, OperationFailed, type Part, type World } from './world.ts';

/** The effect of each operation on the world, in atomic parts. If a part throws OperationFailed, the operation failed there. */
type Changes = { readonly [N in OperationName]: (world: World, action: ActionOf<N>) => readonly Part[] };

export const changes: Changes = {
  'package-repository': (world, action) => addRepository(hostOf(world, action.host), action),
  'packages-install': (world, action) => installPackages(hostOf(world, action.host), action),
  'selinux-off': onHost((host) => {
    if (host.system.selinux) host.system.selinux = { now: 'Permissive', atBoot: 'disabled' };
  }),
  'host-reboot': (world, action) => rebootHost(world, hostOf(world, action.host), action),
  'initramfs-driver': onHost(addDriver),
  'data-disk': (world, action) => [() => changeDataDisk(world, action)],
  'kernel-modules': onHost((host, { modules }: ActionOf<'kernel-modules'>) => loadModules(host, modules)),
  'kernel-setting': onHost(({ system }, { name, value }: ActionOf<'kernel-setting'>) => {
    system.settings[name] = value;
  }),
  'ovs-transaction': (world, { host, operations }) => [
    () => transact(hostOf(world, host), operations),
    // ovs-vsctl returns when ovs-vswitchd has applied the change.
    () => stepOvs(hostOf(world, host)),
  ],
  'ovs-bridge': (world, action) => changeBridge(hostOf(world, action.host), action),
  'link-up': onHost((host, { device, mtu, addresses, stale }: ActionOf<'link-up'>) =>
    bringUp(host, device, mtu, addresses, stale),
  ),
  'write-files': (world, { host, files }) => files.map((file) => () => putFile(hostOf(world, host), file)),
  'remove-files': onHost(removeFiles),
  unit: (world, action) => orderUnit(world, hostOf(world, action.host), action),
  'container-template': onHost(makeTemplate),
  'template-build': (world, action) => buildTemplate(action.host, hostOf(world, action.host), action),
  'template-fetch': (world, action) => installTarball(hostOf(world, action.host), action, action.digest),
  'template-copy': copyTarball,
  'container-create': (world, action) => create(hostOf(world, action.host), action),
  'container-run': (world, action) => startContainer(world, hostOf(world, action.host), action),
  'container-rebuild': (world, action) => rebuildContainer(world, hostOf(world, action.host), action),
  'container-former': (world, action) => [() => removeFormer(world, hostOf(world, action.host), action)],
  'container-settings': (world, action) => settleVz(hostOf(world, action.host), action),
  'container-limits': onHost(limitContainer),
  'container-grow': onHost(growDisk),
  'container-attach': onHost((host, { attachment }: ActionOf<'container-attach'>) => attach(host, attachment)),
  'host-drain': onHost(drainHost),
  'member-mark': onHost(markMember),
  'member-permit': onHost(permitMember),
  'member-conf': onHost(writeMemberConf),
  'member-kill': onHost(killStopped),
  'drill-kill': (world, action) => [() => killForDrill(world, hostOf(world, action.host), action)],
  'member-restart': (world, action) => restartMember(world, hostOf(world, action.host), action),
  'member-retire': (world, action) => retireMember(world, hostOf(world, action.host), action),
  'member-restore': (world, action) => restoreMember(hostOf(world, action.host), action),
  'member-destroy': (world, action) => destroyMember(world, hostOf(world, action.host), action),
  'redis-config-set': setRedis,
  'accept-passwords': acceptPasswords,
  'redis-relink': relink,
  'master-switch': switchMaster,
  'sentinel-monitor': monitor,
  'sentinel-reset': resetSentinel,
  'sentinel-set': setSentinel,
  'haproxy-config': (world, { host, files }) => [
    () =>
      checkCfgs(
        hostOf(world, host),
        files.map((file) => file.path),
      ),
    ...files.map((file) => () => putFile(hostOf(world, host), file)),
  ],
  'keepalived-config': (world, { host, file }) => [
    () => recordFormer(hostOf(world, host), reveal(file.content)),
    () => delete hostOf(world, host).files[vipPlaces.stamp],
    () => putFile(hostOf(world, host), file),
  ],
  // systemd starts it again after a minute, before which a run that goes on has done so.
  'keepalived-pause': (world, { host }) => [() => endUnit(world, hostOf(world, host), vipPlaces.unit)],
  'ec2-call': (world, { call }) => [() => applyEc2Command(world, call)],
  'address-assign': (world, action) => [() => applyEc2Command(world, ec2Operations['address-assign'].command(action))],
  'address-drop': (world, action) => [() => dropAddress(hostOf(world, action.host), action)],
};

/** The effect of an action on the world, in parts. */
export function changeOf(world: World, action: Action): readonly Part[] {
  return (changes[action.operation] as (world: World, action: Action) => readonly Part[])(world, action);
}

/** An operation with a single part on one host. */
function onHost<A extends { readonly host: string }>(change: (host: HostWorld, action: A) => void) {
  return (world: World, action: A): readonly Part[] => [() => change(hostOf(world, action.host), action)];
}

/** HAProxy checks the new files together with the unchanged ones. */
function checkCfgs(host: HostWorld, replaced: readonly string[]): void {
  const staying = Object.keys(host.files).filter(
    (path) => path.startsWith(haproxyPlaces.folder) && path.endsWith('.cfg'),
  );
  const bad = staying.find(
    (path) => !replaced.includes(path) && !/^(global|backend|listen)/m.test(host.files[path]?.text ?? ''),
  );
  if (bad) throw new OperationFailed(`[ALERT] config : parsing [${bad}:1] : unknown keyword`);
}

function dropAddress(host: HostWorld, { pair, address }: ActionOf<'address-drop'>): void {
  const state = host.files[`${vipPlaces.states}/${pair}`]?.text.split(' ')[0];
  if (state === 'MASTER' && host.units[vipPlaces.unit]?.active === 'active')
    throw new OperationFailed('the host has become master since: nothing was done');
  for (const link of host.links) link.addresses = link.addresses.filter((one) => one.split('/')[0] !== address);
}
