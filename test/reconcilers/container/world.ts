import { loadDocuments } from '../../../crds/load.ts';
import { container } from '../../../reconcilers/container/container.ts';
import { desiredMembers } from '../../../reconcilers/container/desired.ts';
import { lxc } from '../../../reconcilers/container/runtimes/lxc.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import { marks } from '../../../reconcilers/marks.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import type { ContainerFacts, Containers, MemberFolder } from '../../../reconcilers/questions/containers.ts';
import type { FileFacts } from '../../../reconcilers/questions/files.ts';
import { type Ask, keyOf } from '../../../reconcilers/questions/index.ts';
import type { Link } from '../../../reconcilers/questions/links.ts';
import type { Ovs, OvsPort } from '../../../reconcilers/questions/ovs.ts';
import type { Template } from '../../../reconcilers/questions/template.ts';
import type { UnitFacts } from '../../../reconcilers/questions/units.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { lxcUnit } from '../../../renderers/lxc-unit.ts';
import { memberInit } from '../../../renderers/member-init.ts';
import { digest } from '../../../renderers/text.ts';
import { quickstart } from '../../crds/quickstart.ts';

const [loaded] = loadDocuments(quickstart(), 'ignore').fleets;
if (!loaded) throw new Error('the quickstart does not load');
export const fleet = loaded;

const [first] = desiredMembers(fleet).filter((one) => one.container.name === 'acme-r1');
if (!first) throw new Error('the quickstart has no acme-r1');
/** The member that the tests look at: acme-r1 on redis-1. */
export const desired = first.container;

export const tarball = 'a'.repeat(64);

/** acme-r1's container, as LXC and the kernel show it when all is well. */
export const facts: ContainerFacts = {
  id: 'acme-r1',
  name: 'acme-r1',
  mark: { cluster: 'quickstart', tenant: 'acme', member: 'r1', vlan: 101, address: '10.101.0.11' },
  state: 'RUNNING',
  pid: 4711,
  digests: Object.fromEntries(lxc.files(desired).map((file) => [file.path, digest(file.content)])),
  modes: Object.fromEntries(lxc.files(desired).map((file) => [file.path, String(Number(file.mode))])),
  loaded: lxc.boot(desired),
  mtu: 8955,
  limits: { ...desired.limits, swap: false, memoryUsedBytes: 50_000_000 },
  settings: {},
};

export const folder: MemberFolder = {
  name: 'acme-r1',
  identity: { cluster: 'quickstart', tenant: 'acme', member: 'r1', template: tarball, uid: 100, gid: 101 },
  init: digest(memberInit()),
  imageBytes: desired.diskBytes,
  fileSystemBytes: desired.diskBytes,
  retired: undefined,
};

/** What the clock of the hosts says. */
export const now = 1_700_000_000;

export const port: OvsPort = {
  name: 'ct101',
  tag: 101,
  protected: false,
  marks: { [marks.ovsCluster]: 'quickstart', [marks.ovsTenant]: 'acme', [marks.ovsIndex]: '7' },
  type: '',
  options: {},
  ofport: 5,
  error: '',
  mtuRequest: undefined,
};

/** A tunnel port of ours towards a host. */
export function tunnel(peer: string, cluster = 'quickstart'): OvsPort {
  const gre = { name: `gre-${peer}`, tag: undefined, protected: true, type: 'gre', options: { remote_ip: '10.0.0.9' } };
  return { ...port, ...gre, marks: { [marks.ovsCluster]: cluster } };
}

export const link: Link = { name: 'ct101', index: 7, mtu: 8955, up: true, mac: '', addresses: [] };

export function host(containers: readonly ContainerFacts[], folders: readonly MemberFolder[]): Observation<Containers> {
  return present({ containers, folders, goners: [], now, vznet: undefined });
}

export function bridgeWith(ports: readonly OvsPort[], name = 'br-mesh'): Observation<Ovs> {
  return present({ bridges: [{ name, datapathType: 'netdev', datapathId: '1', marks: {}, ports }] });
}

/** What is seen on redis-1, and of containers on the others. */
export interface World {
  readonly here: Observation<Containers>;
  readonly others: Observation<Containers>;
  readonly template: Observation<Template>;
  readonly ovs: Observation<Ovs>;
  readonly otherSwitches: Observation<Ovs>;
  readonly links: Observation<readonly Link[]>;
  readonly files: Observation<readonly FileFacts[]>;
  readonly units: Observation<readonly UnitFacts[]>;
}

export const inOrder: World = {
  here: host([facts], [folder]),
  others: host([], []),
  template: present({ tarball, images: [{ digest: tarball, bytes: 200_000_000, uid: 100, gid: 101 }] }),
  ovs: bridgeWith([port, tunnel('redis-2')]),
  otherSwitches: bridgeWith([tunnel('redis-1')]),
  links: present([link]),
  files: present([
    {
      path: '/etc/systemd/system/ec2-redis-containers.service',
      mode: '644',
      owner: 'root',
      sha256: digest(lxcUnit()),
    },
  ]),
  units: present([
    { unit: 'ec2-redis-containers.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
  ]),
};

/** The drift of one subject in a world that is in order but for the change. */
export function driftOf(subject: string, change: Partial<World> = {}, of = fleet): readonly Drift[] {
  const world = { ...inOrder, ...change };
  const item = container.items(of, new Map()).find((one) => one.subject === subject);
  if (!item) throw new Error(`no item ${subject}`);
  const { here, others, otherSwitches, ...rest } = world;
  const answers: Readonly<Record<string, Observation<unknown>>> = rest;
  const seen = (ask: Ask) => {
    if (ask.what === 'containers') return ask.host === 'redis-1' ? here : others;
    if (ask.what === 'ovs' && ask.host !== 'redis-1') return otherSwitches;
    return answers[ask.what] ?? unknown(keyOf(ask));
  };
  return item.diff(seen as Seen);
}
