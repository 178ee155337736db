import type { HostName, Runtime, S3Object, TemplateBuild } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container/limits.ts';
import type { Text } from '../../renderers/lib/text.ts';
import type { Attachment } from '../../renderers/ovs/port-up.ts';
import type { Engine } from '../facts/engine.ts';
import type { RespEndpoint } from '../facts/fact.ts';
import type { Ec2Command } from './operation.ts';

interface OnHost {
  readonly host: HostName;
}

/** A desired file. `mode` is octal, such as `0640`. A missing directory is created (0755). */
export interface DesiredFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly content: Text;
}

/** The first configuration of an OpenVZ container, and its marker. */
export interface OpenvzBaseFile extends DesiredFile {
  readonly mark: string;
}

/** A parameter of `vzctl set`, without its dashes, and its value. */
export type VzSetting = readonly [option: string, value: string];

/** The number of a container, and the template that its new private area is made from. */
export interface OpenvzRoot {
  readonly ctid: string;
  readonly template: string;
}

/** The arguments with which vzctl creates a member. `digest`: of the tarball of `template`. */
export interface OpenvzContainer {
  readonly ctid: string;
  readonly template: string;
  readonly digest: string;
  readonly base: OpenvzBaseFile;
  readonly settings: readonly VzSetting[];
}

/** An operation that puts a template's tarball on a host, and the mark of its origin beside it: `recipe`, or `-`. */
interface OnTarball extends OnHost {
  readonly tarball: string;
  readonly recipe: string;
}

/** A setting of Redis or an option of Sentinel. Never a secret. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

interface OverResp {
  readonly endpoint: RespEndpoint;
}

/** An operation on a member's directory on its host. */
interface OnMember extends OnHost {
  readonly folder: string;
}

/** The owner of a member, by names in the documents. */
export interface MemberOwner {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}

/** An operation on a whole member: its container and its directory. */
interface OfMember extends OnHost {
  readonly name: string;
  readonly owner: MemberOwner;
}

/** Operations that are a script on a host, by name, with their arguments. */
export interface HostActions {
  /** Adds a package repository to a host: its key, which is downloaded and verified by digest, then its source list. */
  'package-repository': OnHost & {
    readonly key: { readonly url: string; readonly sha256: string; readonly path: string };
    readonly list: DesiredFile;
  };
  /** Installs packages from the host's repositories, in a given version if any. Installed packages are not changed. */
  'packages-install': OnHost & {
    readonly manager: 'apt' | 'yum' | 'dnf';
    readonly packages: readonly { readonly name: string; readonly version?: string }[];
  };
  /** Turns SELinux off: permissive now, and disabled from the next boot on. */
  'selinux-off': OnHost;
  /** Reboots a host that has not booted since `boot`, into that kernel. */
  'host-reboot': OnHost & { readonly boot: string; readonly kernel: string };
  /** Adds a driver to the initramfs of a kernel, by dracut. */
  'initramfs-driver': OnHost & { readonly kernel: string; readonly driver: string };
  /** Makes the file system on a data volume that is blank, or grows it to the size of the volume. */
  'data-disk': OnHost & { readonly volume: string; readonly order: 'format' | 'grow' };
  /** Changes a kernel setting now: a name of sysctl(8), or `transparent_hugepage`. */
  'kernel-setting': OnHost & { readonly name: string; readonly value: string };
  /** Loads kernel modules. */
  'kernel-modules': OnHost & { readonly modules: readonly string[] };
  /** Changes Open vSwitch in one OVSDB transaction. */
  'ovs-transaction': OnHost & { readonly operations: readonly OvsOperation[] };
  /** Moves all ports of bridge `from` to `bridge`, and removes `from`. With the same name: changes its datapath. */
  'ovs-bridge': OnHost & {
    readonly from: string;
    readonly bridge: string;
    readonly datapath: string;
    readonly marks: Readonly<Record<string, string>>;
  };
  /** Brings a device up with an MTU and addresses (`10.101.0.1/24`), and removes the `stale` addresses and their connections. */
  'link-up': OnHost & {
    readonly device: string;
    readonly mtu: number;
    readonly addresses: readonly string[];
    readonly stale?: readonly string[];
  };
  /** Writes files, each atomically and with its final mode. */
  'write-files': OnHost & { readonly files: readonly DesiredFile[] };
  /** Removes managed files. */
  'remove-files': OnHost & { readonly paths: readonly string[] };
  /**
   * Brings a unit into a state: enabled and started; restarted; reloaded; (`stop`) disabled and stopped; or (`mask`) masked, so that nothing
   * can start it.
   */
  unit: OnHost & { readonly unit: string; readonly order: 'start' | 'restart' | 'reload' | 'stop' | 'mask' };
  /** Creates the ext4 image of a container template from its tarball (`digest`: its observed SHA-256), or copies it to vzctl's template cache. */
  'container-template': OnHost & {
    readonly runtime: Runtime['type'];
    readonly name: string;
    readonly tarball: string;
    readonly digest: string;
  };
  /** Builds a template's tarball from Debian packages. */
  'template-build': OnTarball & { readonly build: TemplateBuild };
  /** Downloads a template's tarball from a URL, or from S3 by a URL that is signed for it. */
  'template-fetch': OnTarball & {
    readonly digest: string;
    readonly source: { readonly url: string } | { readonly s3: S3Object };
  };
  /** Creates a member's directory from `image` (`inside`: files by path in it; conf/ gets group `gid`), then writes `files`. */
  'container-create': OnHost & {
    readonly name: string;
    readonly folder: string;
    readonly image: string;
    readonly bytes: number;
    readonly gid: number;
    readonly inside: readonly DesiredFile[];
    readonly files: readonly DesiredFile[];
    /** The OpenVZ part. Without it the runtime is LXC. */
    readonly openvz?: OpenvzContainer;
  };
  /**
   * Makes another root (`bytes`) for a member, from `image`, and copies its data to it, for the engine's user `uid` and `gid`. `identity`: the member's
   * file of that name, which names the template.
   */
  'container-rebuild': OnHost & {
    readonly name: string;
    readonly folder: string;
    readonly image: string;
    readonly bytes: number;
    readonly uid: number;
    readonly gid: number;
    readonly identity: DesiredFile;
    /** What it then runs; undefined: not known. */
    readonly engine: Engine | undefined;
    /** Without it the runtime is LXC. */
    readonly openvz?: OpenvzRoot;
  };
  /** Removes the root that a member had before, `keepSeconds` after it was rebuilt. */
  'container-former': OfMember & { readonly keepSeconds: number };
  /** Starts or restarts a container. With `boot`, not if it already runs with the configuration of that digest. */
  'container-run': OnHost & {
    readonly name: string;
    readonly order: 'start' | 'restart';
    readonly boot?: string;
    /** Its OpenVZ number. Without it the runtime is LXC. */
    readonly ctid?: string;
  };
  /** Sets parameters of an OpenVZ container, by vzctl's names, at runtime and in its configuration, which is created if it is missing. */
  'container-settings': OnHost & {
    readonly name: string;
    readonly ctid: string;
    readonly base: OpenvzBaseFile;
    readonly settings: readonly VzSetting[];
  };
  /** Sets the limits of a running LXC container, with immediate effect. */
  'container-limits': OnHost & { readonly name: string; readonly limits: Limits };
  /** Grows the disk of a running member. */
  'container-grow': OnHost & { readonly name: string; readonly image: string; readonly bytes: number };
  /** Attaches a running container's veth to Open vSwitch again. */
  'container-attach': OnHost & { readonly attachment: Attachment };
  /** Writes a permanent marker to a member's directory. */
  /** `until`: seconds since 1970; undefined: the drain ends. */
  'host-drain': OnHost & { readonly until: number | undefined; readonly reason: string };
  'member-mark': OnMember & { readonly mark: string; readonly value: string };
  /** Permits a member's Redis to start once as the tenant's initial master. */
  'member-permit': OnMember & { readonly member: string };
  /** Writes redis.conf while Redis does not run, or sentinel.conf if there is none yet, or (`rewrite`) before the tenant's bootstrap. */
  'member-conf': OnMember & { readonly service: 'redis' | 'sentinel'; readonly content: Text; readonly rewrite?: true };
  /** Ends a member's Redis, which starts again with this redis.conf. */
  /** `port`: on which its Redis answers now. */
  'member-restart': OnMember & { readonly port: number; readonly content: Text };
  /** Kills a member's server that was stopped by a signal. */
  'member-kill': OnMember & { readonly service: 'redis' | 'sentinel' };
  /** A rehearsed failure: of a member's Redis (its directory), of the daemons of a proxy, or of the host. Only `reconcile drill` asks for it. */
  'drill-kill': OnHost & { readonly kill: { readonly redis: string } | { readonly what: 'proxy' | 'host' } };
  /** Stops a member's container and unregisters it from its runtime. Its directory is marked and kept. `was`: from the container's marker. */
  'member-retire': OfMember & {
    readonly was: { readonly port: string; readonly vlan: number; readonly address: string } | undefined;
    /** Its OpenVZ number. Without it the runtime is LXC. */
    readonly ctid?: string;
    /** It leaves a tenant that goes on without it. */
    readonly left?: true;
    /** All members are stopped, to start again with another addressing. */
    readonly readdressed?: true;
  };
  /**
   * Removes the marker from the directory of a retired member that is declared again. `fresh`: and the files of Redis and Sentinel, which are
   * of another time: they are written again. `initialMaster`: so are they, as for a tenant that has had no master, of which this member is
   * the initial one.
   */
  'member-restore': OfMember & { readonly fresh?: true; readonly initialMaster?: string };
  /** Deletes the directory of a member that was retired at least `keepSeconds` ago. Undefined: only the rest of an interrupted deletion. */
  'member-destroy': OfMember & { readonly keepSeconds: number | undefined };
  /** Validates .cfg files together with the existing ones, and installs them. */
  'haproxy-config': OnHost & { readonly files: readonly DesiredFile[] };
  /** Validates keepalived.conf and installs it. */
  'keepalived-config': OnHost & { readonly file: DesiredFile };
  /** Stops keepalived of a host that is not VRRP master, for at most a minute: systemd starts it again, whatever becomes of this run. */
  'keepalived-pause': OnHost & { readonly pair: string };
  /** Removes a virtual address from a device of a host that is not VRRP master. */
  'address-drop': OnHost & { readonly pair: string; readonly address: string; readonly device: string };
}

/** Operations that bring a file to a host in pieces. */
export interface TransferActions {
  /** Copies a template's tarball to a host: a file on the operator's machine, or what another host has at the same path. */
  'template-copy': OnTarball & {
    readonly digest: string;
    readonly from: { readonly file: string } | { readonly host: HostName };
  };
}

/** Operations that are a call of the EC2 API. */
export interface Ec2Actions {
  /** Creates or changes something in EC2. `description`: one line of text. */
  'ec2-call': { readonly call: Ec2Command; readonly description: string };
  /** Moves a virtual address to a host's network interface. */
  'address-assign': OnHost & { readonly networkInterfaceId: string; readonly address: string };
}

/** Operations that are commands to a Redis or a Sentinel. */
export interface RespActions {
  /** CONFIG SET, then CONFIG REWRITE if `rewrite`. `masterauth`: also sets the tenant's password. */
  'redis-config-set': OverResp & {
    readonly settings: readonly Setting[];
    /** All or none of them: Redis 7.0 and later take several in one CONFIG SET. Otherwise one after the other. */
    readonly together: boolean;
    readonly masterauth: boolean;
    readonly rewrite: boolean;
  };
  /**
   * Has a Redis or a Sentinel accept the tenant's passwords, the previous one too if there is one. `only`: and no other. Then, if `rewrite`,
   * it writes its file. Connections stay.
   */
  'accept-passwords': OverResp & {
    readonly service: 'redis' | 'sentinel';
    readonly only: boolean;
    readonly rewrite: boolean;
  };
  /** Renews the link of a replica to its master. */
  'redis-relink': OverResp;
  /** Makes a Sentinel monitor a master, with its options. */
  'sentinel-monitor': OverResp & {
    readonly master: string;
    readonly address: string;
    readonly port: number;
    readonly quorum: number;
    readonly options: readonly Setting[];
  };
  /** Resets a Sentinel's list of replicas and other Sentinels (SENTINEL RESET). `forget`: the stale entries, for the description. */
  'sentinel-reset': OverResp & { readonly master: string; readonly forget: readonly string[] };
  /** SENTINEL SET for `options` of the master, SENTINEL CONFIG SET for `own`. The options in `passwords` get the tenant's password. */
  'sentinel-set': OverResp & {
    readonly master: string;
    readonly options: readonly Setting[];
    readonly own: readonly Setting[];
    readonly passwords: readonly ('auth-pass' | 'sentinel-pass')[];
  };
}

/** Operations that are several exchanges with the servers of one tenant, each following from the replies before. */
export interface SwitchActions {
  /** Hands the master over from `from` to `to`, by Sentinel. `master`: Sentinel's name of it; `sentinels`: of all members; `proxies`: hosts with HAProxy. */
  'master-switch': {
    readonly master: string;
    readonly from: RespEndpoint;
    readonly to: RespEndpoint;
    readonly sentinels: readonly RespEndpoint[];
    readonly proxies: readonly HostName[];
    /** After which the Sentinels take a silent master for dead. */
    readonly downAfterMs: number;
  };
}

/** The closed list of operations. */
type Actions = HostActions & TransferActions & Ec2Actions & RespActions & SwitchActions;
export type OperationName = keyof Actions;
export type ActionOf<N extends OperationName> = { readonly operation: N } & Actions[N];
export type HostAction<N extends keyof HostActions = keyof HostActions> = { [P in N]: ActionOf<P> }[N];
export type TransferAction<N extends keyof TransferActions = keyof TransferActions> = { [P in N]: ActionOf<P> }[N];
export type Ec2Action<N extends keyof Ec2Actions = keyof Ec2Actions> = { [P in N]: ActionOf<P> }[N];
export type RespAction<N extends keyof RespActions = keyof RespActions> = { [P in N]: ActionOf<P> }[N];
export type SwitchAction<N extends keyof SwitchActions = keyof SwitchActions> = { [P in N]: ActionOf<P> }[N];
/** A step that changes something, as plain data. */
export type Action = HostAction | TransferAction | Ec2Action | RespAction | SwitchAction;

type Marks = Readonly<Record<string, string>>;

/** Changes to Open vSwitch. Each is idempotent. Only `drop-port` removes a port. */
export type OvsOperation =
  | { readonly op: 'bridge'; readonly bridge: string; readonly datapath: string; readonly marks: Marks }
  | {
      readonly op: 'tunnel';
      readonly bridge: string;
      readonly port: string;
      readonly remote: string;
      /** The key that it sends, and accepts. */
      readonly key: number;
      /** It accepts any key from the other host. */
      readonly anyKey?: true;
      readonly marks: Marks;
    }
  | {
      readonly op: 'internal';
      readonly bridge: string;
      readonly port: string;
      readonly tag: number;
      readonly mtu: number;
      readonly marks: Marks;
    }
  | {
      readonly op: 'access';
      readonly bridge: string;
      readonly port: string;
      readonly tag: number;
      readonly marks: Marks;
    }
  | { readonly op: 'drop-port'; readonly bridge: string; readonly port: string };

/**
 * Actions with the same key are one step. Secrets are masked in it, so it must not be used to compare secret texts.
 */
export function actionKey(action: Action): string {
  const known = keys.get(action) ?? JSON.stringify(action);
  keys.set(action, known);
  return known;
}

/** An action is looked up for each finding that requests it, may contain whole files, and never changes. */
const keys = new WeakMap<Action, string>();
