import type { HostName, Runtime } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container-limits.ts';
import type { Attachment } from '../../renderers/port-up.ts';
import type { Text } from '../../renderers/text.ts';
import type { RespEndpoint } from '../questions/sense.ts';
import { addressAssign } from './address-assign.ts';
import { addressDrop } from './address-drop.ts';
import { containerAttach } from './container-attach.ts';
import { containerCreate } from './container-create.ts';
import { containerGrow } from './container-grow.ts';
import { containerLimits } from './container-limits.ts';
import { containerRun } from './container-run.ts';
import { containerSettings } from './container-settings.ts';
import { containerTemplate } from './container-template.ts';
import { ec2Call } from './ec2-call.ts';
import { haproxyConfig } from './haproxy-config.ts';
import { hostReboot } from './host-reboot.ts';
import { initramfsDriver } from './initramfs-driver.ts';
import { keepalivedConfig } from './keepalived-config.ts';
import { kernelModules } from './kernel-modules.ts';
import { linkUp } from './link-up.ts';
import { memberConf } from './member-conf.ts';
import { memberDestroy } from './member-destroy.ts';
import { memberKill } from './member-kill.ts';
import { memberMark } from './member-mark.ts';
import { memberPermit } from './member-permit.ts';
import { memberRestore } from './member-restore.ts';
import { memberRetire } from './member-retire.ts';
import { type OvsOperation, ovsTransaction } from './ovs-transaction.ts';
import { packageRepository } from './package-repository.ts';
import { packagesInstall } from './packages-install.ts';
import { redisConfigSet } from './redis-config-set.ts';
import { redisPause } from './redis-pause.ts';
import { removeFiles } from './remove-files.ts';
import { selinuxOff } from './selinux-off.ts';
import { sentinelFailover } from './sentinel-failover.ts';
import { sentinelMonitor } from './sentinel-monitor.ts';
import { sentinelReset } from './sentinel-reset.ts';
import { sentinelSet } from './sentinel-set.ts';
import { unit } from './unit.ts';
import type { Ec2Command, VerbSpec } from './verb.ts';
import { writeFiles } from './write-files.ts';

interface VerbEntry<Via extends 'host' | 'ec2' | 'resp', Args> {
  readonly via: Via;
  readonly args: Args;
}

interface OnHost {
  readonly host: HostName;
}

/** A file as it should be. `mode` is octal as in `0640`; the folder is made (0755) if it is missing. */
export interface DesiredFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly content: Text;
}

/** An OpenVZ container's first configuration, and its mark in it. */
export interface OpenvzBaseFile extends DesiredFile {
  readonly mark: string;
}

/** A parameter of `vzctl set`, without its dashes, and its value. */
export type VzSetting = readonly [option: string, value: string];

/** What vzctl is told to make of a member. `digest`: of the tarball that lies there as `template`. */
export interface OpenvzContainer {
  readonly ctid: string;
  readonly template: string;
  readonly digest: string;
  readonly base: OpenvzBaseFile;
  readonly settings: readonly VzSetting[];
}

/** A setting of Redis or an option of Sentinel, by its own name. Never a secret. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

interface OverResp {
  readonly endpoint: RespEndpoint;
}

/** What is done to a member's folder on its host. */
interface OnMember extends OnHost {
  readonly folder: string;
}

/** Whose a member is, by its names in the documents that declared it. */
export interface MemberOwner {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}

/** A member as a whole: its container and its folder. */
interface OfMember extends OnHost {
  readonly name: string;
  readonly owner: MemberOwner;
}

/** Every verb by name: medium and arguments. The closed list of what can be changed in the world. */
export interface Verbs {
  /** Gives a host a package repository: its key, fetched and held against its digest, then its line. */
  'package-repository': VerbEntry<
    'host',
    OnHost & {
      readonly key: { readonly url: string; readonly sha256: string; readonly path: string };
      readonly list: DesiredFile;
    }
  >;
  /** Installs packages from the host's repositories, in a version if one is given; what is there stays as it is. */
  'packages-install': VerbEntry<
    'host',
    OnHost & {
      readonly manager: 'apt' | 'yum';
      readonly packages: readonly { readonly name: string; readonly version?: string }[];
    }
  >;
  /** Turns SELinux off: no longer enforced, and disabled from the next boot on. */
  'selinux-off': VerbEntry<'host', OnHost>;
  /** Reboots a host that has not booted since `boot`, into that kernel. */
  'host-reboot': VerbEntry<'host', OnHost & { readonly boot: string; readonly kernel: string }>;
  /** Puts a driver into the initramfs of a kernel, by dracut. */
  'initramfs-driver': VerbEntry<'host', OnHost & { readonly kernel: string; readonly driver: string }>;
  /** Loads kernel modules. */
  'kernel-modules': VerbEntry<'host', OnHost & { readonly modules: readonly string[] }>;
  /** Changes Open vSwitch in one OVSDB transaction. */
  'ovs-transaction': VerbEntry<'host', OnHost & { readonly operations: readonly OvsOperation[] }>;
  /** Brings a device up with an MTU and addresses (`10.101.0.1/24`); takes those off it that are `stale`. */
  'link-up': VerbEntry<
    'host',
    OnHost & {
      readonly device: string;
      readonly mtu: number;
      readonly addresses: readonly string[];
      readonly stale?: readonly string[];
    }
  >;
  /** Writes files, each atomically and with its final mode. */
  'write-files': VerbEntry<'host', OnHost & { readonly files: readonly DesiredFile[] }>;
  /** Removes files of ours. */
  'remove-files': VerbEntry<'host', OnHost & { readonly paths: readonly string[] }>;
  /** Brings a unit into a state: enabled and started; restarted; reloaded; or (`stop`) disabled and stopped. */
  unit: VerbEntry<'host', OnHost & { readonly unit: string; readonly order: 'start' | 'restart' | 'reload' | 'stop' }>;
  /** Makes the ext4 image of a container template from its tarball (`digest`: SHA-256 of it, as seen), or puts it where vzctl looks. */
  'container-template': VerbEntry<
    'host',
    OnHost & {
      readonly runtime: Runtime['type'];
      readonly name: string;
      readonly tarball: string;
      readonly digest: string;
    }
  >;
  /** Makes a member's folder from `image` (`inside`: files by path in it; conf/ gets group `gid`), then writes `files`. */
  'container-create': VerbEntry<
    'host',
    OnHost & {
      readonly name: string;
      readonly folder: string;
      readonly image: string;
      readonly bytes: number;
      readonly gid: number;
      readonly inside: readonly DesiredFile[];
      readonly files: readonly DesiredFile[];
      /** Its parts that are OpenVZ's; without them it is LXC's. */
      readonly openvz?: OpenvzContainer;
    }
  >;
  /** Starts a container, or stops it and starts it: with `boot`, unless it runs with the configuration of that digest already. */
  'container-run': VerbEntry<
    'host',
    OnHost & {
      readonly name: string;
      readonly order: 'start' | 'restart';
      readonly boot?: string;
      /** Its number; without one it is LXC's. */
      readonly ctid?: string;
    }
  >;
  /** Sets parameters of an OpenVZ container by vzctl's names of them, in force and in its configuration, which is made if there is none. */
  'container-settings': VerbEntry<
    'host',
    OnHost & {
      readonly name: string;
      readonly ctid: string;
      readonly base: OpenvzBaseFile;
      readonly settings: readonly VzSetting[];
    }
  >;
  /** Sets a running LXC container's limits at once. */
  'container-limits': VerbEntry<'host', OnHost & { readonly name: string; readonly limits: Limits }>;
  /** Makes the disk of a member that runs larger. */
  'container-grow': VerbEntry<
    'host',
    OnHost & { readonly name: string; readonly image: string; readonly bytes: number }
  >;
  /** Puts a running container's veth into Open vSwitch anew. */
  'container-attach': VerbEntry<'host', OnHost & { readonly attachment: Attachment }>;
  /** Leaves a mark in a member's folder, once and for all. */
  'member-mark': VerbEntry<'host', OnMember & { readonly mark: string; readonly value: string }>;
  /** Lets a member's Redis start once as the tenant's first master. */
  'member-permit': VerbEntry<'host', OnMember & { readonly member: string }>;
  /** Writes redis.conf while its Redis does not run; sentinel.conf when there is none yet, or (`anew`) before the tenant's first start. */
  'member-conf': VerbEntry<
    'host',
    OnMember & { readonly service: 'redis' | 'sentinel'; readonly content: Text; readonly anew?: true }
  >;
  /** Kills a member's server that was stopped by a signal. */
  'member-kill': VerbEntry<'host', OnMember & { readonly service: 'redis' | 'sentinel' }>;
  /** Stops a member's container and makes its runtime forget it; its folder is marked, and kept. `was`: as its container's mark says. */
  'member-retire': VerbEntry<
    'host',
    OfMember & {
      readonly was: { readonly port: string; readonly vlan: number; readonly address: string } | undefined;
      /** Its number; without one it is LXC's. */
      readonly ctid?: string;
    }
  >;
  /** Takes the mark off the folder of a retired member that is declared again. */
  'member-restore': VerbEntry<'host', OfMember>;
  /** Destroys the folder of a member that was retired `keepSeconds` ago or longer; undefined: only what is left of one moved aside. */
  'member-destroy': VerbEntry<'host', OfMember & { readonly keepSeconds: number | undefined }>;
  /** CONFIG SET, then CONFIG REWRITE if `rewrite`. `masterauth`: the tenant's password too. */
  'redis-config-set': VerbEntry<
    'resp',
    OverResp & { readonly settings: readonly Setting[]; readonly masterauth: boolean; readonly rewrite: boolean }
  >;
  /** Holds back clients' writes to a master for so long. */
  'redis-pause': VerbEntry<'resp', OverResp & { readonly milliseconds: number }>;
  /** Has a Sentinel promote a replica of the master. */
  'sentinel-failover': VerbEntry<'resp', OverResp & { readonly master: string }>;
  /** Has a Sentinel watch a master, with its options. */
  'sentinel-monitor': VerbEntry<
    'resp',
    OverResp & {
      readonly master: string;
      readonly address: string;
      readonly port: number;
      readonly quorum: number;
      readonly options: readonly Setting[];
    }
  >;
  /** Has one Sentinel forget whom it knows beside the master (SENTINEL RESET). `forget`: whom this is meant for, in words. */
  'sentinel-reset': VerbEntry<'resp', OverResp & { readonly master: string; readonly forget: readonly string[] }>;
  /** SENTINEL SET for `options` of the master, SENTINEL CONFIG SET for its `own`; `passwords` of these names to the tenant's. */
  'sentinel-set': VerbEntry<
    'resp',
    OverResp & {
      readonly master: string;
      readonly options: readonly Setting[];
      readonly own: readonly Setting[];
      readonly passwords: readonly ('auth-pass' | 'sentinel-pass')[];
    }
  >;
  /** Checks .cfg files together with those already there, and puts them in place. */
  'haproxy-config': VerbEntry<'host', OnHost & { readonly files: readonly DesiredFile[] }>;
  /** Checks keepalived.conf and puts it in place. */
  'keepalived-config': VerbEntry<'host', OnHost & { readonly file: DesiredFile }>;
  /** Makes or changes something in EC2. `says`: what this does, in words. */
  'ec2-call': VerbEntry<'ec2', { readonly call: Ec2Command; readonly says: string }>;
  /** Moves a virtual address to a host's network interface. */
  'address-assign': VerbEntry<'ec2', OnHost & { readonly networkInterfaceId: string; readonly address: string }>;
  /** Takes a virtual address off a device of a host that is not its master. */
  'address-drop': VerbEntry<
    'host',
    OnHost & { readonly pair: string; readonly address: string; readonly device: string }
  >;
}

export type Verb = keyof Verbs;
export type ActionOf<V extends Verb> = { readonly verb: V } & Verbs[V]['args'];
/** A step that changes the world, as plain data. */
export type Action = { [V in Verb]: ActionOf<V> }[Verb];

/** How each verb is carried out. */
export const verbs: { readonly [V in Verb]: VerbSpec<Verbs[V]['via'], ActionOf<V>> } = {
  'package-repository': packageRepository,
  'packages-install': packagesInstall,
  'selinux-off': selinuxOff,
  'host-reboot': hostReboot,
  'initramfs-driver': initramfsDriver,
  'kernel-modules': kernelModules,
  'ovs-transaction': ovsTransaction,
  'link-up': linkUp,
  'write-files': writeFiles,
  'remove-files': removeFiles,
  unit,
  'member-mark': memberMark,
  'member-permit': memberPermit,
  'member-conf': memberConf,
  'member-kill': memberKill,
  'member-retire': memberRetire,
  'member-restore': memberRestore,
  'member-destroy': memberDestroy,
  'redis-config-set': redisConfigSet,
  'redis-pause': redisPause,
  'sentinel-failover': sentinelFailover,
  'sentinel-monitor': sentinelMonitor,
  'sentinel-reset': sentinelReset,
  'sentinel-set': sentinelSet,
  'container-template': containerTemplate,
  'container-create': containerCreate,
  'container-run': containerRun,
  'container-settings': containerSettings,
  'container-limits': containerLimits,
  'container-grow': containerGrow,
  'container-attach': containerAttach,
  'haproxy-config': haproxyConfig,
  'keepalived-config': keepalivedConfig,
  'ec2-call': ec2Call,
  'address-assign': addressAssign,
  'address-drop': addressDrop,
};

/** Two actions with one key are one step. Secrets in it are masked: never use it to tell secret texts apart. */
export function keyOfAction(action: Action): string {
  const known = keys.get(action) ?? JSON.stringify(action);
  keys.set(action, known);
  return known;
}

/** An action is looked up once for each finding that asks for it, may hold whole files, and never changes. */
const keys = new WeakMap<Action, string>();
