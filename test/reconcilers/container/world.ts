import { loadDocuments } from '../../../crds/load/load.ts';
import { desiredMembers } from '../../../reconcilers/container/desired.ts';
import { container } from '../../../reconcilers/container/index.ts';
import { lxc } from '../../../reconcilers/container/runtimes/lxc.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Remedy } from '../../../reconcilers/contract/remedy.ts';
import type { ContainerFacts, Containers, MemberFolder } from '../../../reconcilers/facts/container/container-facts.ts';
import type { Template } from '../../../reconcilers/facts/container/template.ts';
import type { FileFacts } from '../../../reconcilers/facts/host/files.ts';
import type { Link } from '../../../reconcilers/facts/host/links.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { Ovs, OvsPort } from '../../../reconcilers/facts/ovs/ovs.ts';
import { type FactRequest, factKey } from '../../../reconcilers/facts/requests.ts';
import { maintenance } from '../../../reconcilers/maintenance/index.ts';
import { memberInit } from '../../../renderers/container/init.ts';
import { markers } from '../../../renderers/lib/markers.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { lxcUnit } from '../../../renderers/lxc/unit.ts';
import { quickstart } from '../../support/quickstart.ts';

const [loaded] = loadDocuments(quickstart(), 'ignore').fleets;
if (!loaded) throw new Error('the quickstart does not load');
export const fleet = loaded;

const [first] = desiredMembers(fleet).filter((one) => one.container.name === 'acme-r1');
if (!first) throw new Error('the quickstart has no acme-r1');
/** The member under test: acme-r1 on redis-1. */
export const desired = first.container;

export const tarball = 'a'.repeat(64);

/** acme-r1's container, as LXC and the kernel show it while everything is as declared. */
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

/** The clock of the hosts, seconds since 1970. */
export const now = 1_700_000_000;

export const port: OvsPort = {
  name: 'ct101',
  tag: 101,
  protected: false,
  marks: { [markers.ovsCluster]: 'quickstart', [markers.ovsTenant]: 'acme', [markers.ovsIndex]: '7' },
  type: '',
  options: {},
  ofport: 5,
  error: '',
  mtuRequest: undefined,
};

/** A managed tunnel port to a host. */
export function tunnel(peer: string, cluster = 'quickstart'): OvsPort {
  const gre = { name: `gre-${peer}`, tag: undefined, protected: true, type: 'gre', options: { remote_ip: '10.0.0.9' } };
  return { ...port, ...gre, marks: { [markers.ovsCluster]: cluster } };
}

export const link: Link = { name: 'ct101', index: 7, mtu: 8955, up: true, mac: '', addresses: [] };

export function host(containers: readonly ContainerFacts[], folders: readonly MemberFolder[]): Observation<Containers> {
  return present({ containers, folders, pendingDeletions: [], now, vznet: undefined });
}

export function bridgeWith(ports: readonly OvsPort[], name = 'br-mesh'): Observation<Ovs> {
  return present({ bridges: [{ name, datapathType: 'netdev', datapathId: '1', marks: {}, ports }] });
}

/** What is observed on redis-1, and the containers and bridges of the other hosts. */
export interface World {
  readonly here: Observation<Containers>;
  readonly others: Observation<Containers>;
  readonly template: Observation<Template>;
  readonly ovs: Observation<Ovs>;
  readonly otherBridges: Observation<Ovs>;
  readonly links: Observation<readonly Link[]>;
  readonly files: Observation<readonly FileFacts[]>;
  readonly units: Observation<readonly UnitFacts[]>;
}

export const inOrder: World = {
  here: host([facts], [folder]),
  others: host([], []),
  template: present({ tarball, images: [{ digest: tarball, bytes: 200_000_000, uid: 100, gid: 101 }] }),
  ovs: bridgeWith([port, tunnel('redis-2')]),
  otherBridges: bridgeWith([tunnel('redis-1')]),
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

/** The findings about one subject in a world that is as declared except for the change. */
export function findingsIn(subject: string, change: Partial<World> = {}, of = fleet): readonly Finding[] {
  const world = { ...inOrder, ...change };
  const items = [container, maintenance].flatMap((part) => part.items(of, new Map()));
  const item = items.find((one) => one.subject === subject);
  if (!item) throw new Error(`no item ${subject}`);
  const { here, others, otherBridges, ...rest } = world;
  const answers: Readonly<Record<string, Observation<unknown>>> = rest;
  const seen = (request: FactRequest) => {
    if (request.fact === 'containers') return request.host === 'redis-1' ? here : others;
    if (request.fact === 'ovs' && request.host !== 'redis-1') return otherBridges;
    return answers[request.fact] ?? unknown(factKey(request));
  };
  return item.diff(seen as FactLookup);
}

/** Who fixes it: the operations of an action, the cause of a wait and what it depends on, else `by`. */
export function remedyText(remedy: Remedy): string {
  if (remedy.by === 'action') return remedy.actions.map((one) => ('order' in one ? one.order : one.operation)).join();
  if (remedy.by !== 'waiting') return remedy.by;
  return remedy.dependsOn === undefined ? remedy.cause : `${remedy.cause} ${remedy.dependsOn}`;
}
