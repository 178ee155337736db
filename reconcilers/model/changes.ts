import { haproxyPlaces, vipPlaces } from '../../renderers/proxy-places.ts';
import { type Action, type ActionOf, type Verb, verbs } from '../verbs/index.ts';
import { rebootHost } from './boot.ts';
import { addDriver } from './card.ts';
import { create, runBox } from './containers.ts';
import { obey } from './ec2.ts';
import { putFile, removeFiles } from './files.ts';
import { bringUp } from './links.ts';
import { attach, growDisk, limitBox, makeTemplate } from './lxc.ts';
import { killStopped, markMember, permitMember, writeMemberConf } from './members.ts';
import { settleVz } from './openvz.ts';
import { tickOvs, transact } from './ovs.ts';
import { giveRepository, installPackages, loadModules } from './packages.ts';
import { failOver, monitor, resetSentinel, setRedis, setSentinel } from './resp.ts';
import { destroyMember, restoreMember, retireMember } from './retired.ts';
import { orderUnit } from './units.ts';
import { type HostWorld, hostOf, type Part, VerbFailed, type World } from './world.ts';

/** What each verb changes in the world, in atomic parts. A part that throws VerbFailed is a verb that failed there. */
type Changes = { readonly [V in Verb]: (world: World, action: ActionOf<V>) => readonly Part[] };

export const changes: Changes = {
  'package-repository': (world, action) => giveRepository(hostOf(world, action.host), action),
  'packages-install': (world, action) => installPackages(hostOf(world, action.host), action),
  'selinux-off': onHost((host) => {
    if (host.system.selinux) host.system.selinux = { now: 'Permissive', atBoot: 'disabled' };
  }),
  'host-reboot': (world, action) => rebootHost(world, hostOf(world, action.host), action),
  'initramfs-driver': onHost(addDriver),
  'kernel-modules': onHost((host, { modules }: ActionOf<'kernel-modules'>) => loadModules(host, modules)),
  'ovs-transaction': (world, { host, operations }) => [
    () => transact(hostOf(world, host), operations),
    // ovs-vsctl comes back when ovs-vswitchd has done its part.
    () => tickOvs(hostOf(world, host)),
  ],
  'link-up': onHost((host, { device, mtu, addresses, stale }: ActionOf<'link-up'>) =>
    bringUp(host, device, mtu, addresses, stale),
  ),
  'write-files': (world, { host, files }) => files.map((file) => () => putFile(hostOf(world, host), file)),
  'remove-files': onHost(removeFiles),
  unit: (world, action) => orderUnit(world, hostOf(world, action.host), action),
  'container-template': onHost(makeTemplate),
  'container-create': (world, action) => create(hostOf(world, action.host), action),
  'container-run': (world, action) => runBox(world, hostOf(world, action.host), action),
  'container-settings': (world, action) => settleVz(hostOf(world, action.host), action),
  'container-limits': onHost(limitBox),
  'container-grow': onHost(growDisk),
  'container-attach': onHost((host, { attachment }: ActionOf<'container-attach'>) => attach(host, attachment)),
  'member-mark': onHost(markMember),
  'member-permit': onHost(permitMember),
  'member-conf': onHost(writeMemberConf),
  'member-kill': onHost(killStopped),
  'member-retire': (world, action) => retireMember(world, hostOf(world, action.host), action),
  'member-restore': onHost(restoreMember),
  'member-destroy': (world, action) => destroyMember(world, hostOf(world, action.host), action),
  'redis-config-set': setRedis,
  // It ends by itself, and nothing is lost in a world where a replica is never behind.
  'redis-pause': () => [() => {}],
  'sentinel-failover': failOver,
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
    () => delete hostOf(world, host).files[vipPlaces.stamp],
    () => putFile(hostOf(world, host), file),
  ],
  'ec2-call': (world, { call }) => [() => obey(world, call)],
  'address-assign': (world, action) => [() => obey(world, verbs['address-assign'].command(action))],
  'address-drop': (world, action) => [() => dropAddress(hostOf(world, action.host), action)],
};

/** What an action does to the world, in parts. */
export function changeOf(world: World, action: Action): readonly Part[] {
  return (changes[action.verb] as (world: World, action: Action) => readonly Part[])(world, action);
}

/** A verb that does one thing to one host. */
function onHost<A extends { readonly host: string }>(change: (host: HostWorld, action: A) => void) {
  return (world: World, action: A): readonly Part[] => [() => change(hostOf(world, action.host), action)];
}

/** HAProxy checks the new files together with those that stay. */
function checkCfgs(host: HostWorld, replaced: readonly string[]): void {
  const staying = Object.keys(host.files).filter(
    (path) => path.startsWith(haproxyPlaces.folder) && path.endsWith('.cfg'),
  );
  const bad = staying.find(
    (path) => !replaced.includes(path) && !/^(global|backend|listen)/m.test(host.files[path]?.text ?? ''),
  );
  if (bad) throw new VerbFailed(`[ALERT] config : parsing [${bad}:1] : unknown keyword`);
}

function dropAddress(host: HostWorld, { pair, address, device }: ActionOf<'address-drop'>): void {
  const state = host.files[`${vipPlaces.states}/${pair}`]?.text.split(' ')[0];
  if (state === 'MASTER' && host.units[vipPlaces.unit]?.active === 'active')
    throw new VerbFailed('the host has become master since: nothing was done');
  const link = host.links.find((one) => one.name === device);
  if (link) link.addresses = link.addresses.filter((one) => one !== `${address}/32`);
}
