import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { Inventory } from '../../../reconcilers/contract/inventory.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Remedy } from '../../../reconcilers/contract/remedy.ts';
import type { Containers } from '../../../reconcilers/facts/container/container-facts.ts';
import type { Instance } from '../../../reconcilers/facts/ec2/instance.ts';
import { type Link, links } from '../../../reconcilers/facts/host/links.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { type Ovs, type OvsBridge, type OvsPort, ovs } from '../../../reconcilers/facts/ovs/ovs.ts';
import { type FactRequest, factKey } from '../../../reconcilers/facts/requests.ts';
import { bootFiles } from '../../../reconcilers/mesh/boot.ts';
import { desiredMesh } from '../../../reconcilers/mesh/desired.ts';
import { mesh } from '../../../reconcilers/mesh/index.ts';
import { hostOperations } from '../../../reconcilers/operations/index.ts';
import { digest, reveal } from '../../../renderers/lib/text.ts';
import { quickstart } from '../../support/quickstart.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets;
if (!fleet) throw new Error('the quickstart does not load');
const addresses: Readonly<Record<string, string>> = {
  'redis-1': '10.80.1.11',
  'redis-2': '10.80.2.12',
  'redis-3': '10.80.2.13',
  'proxy-1': '10.80.1.21',
  'proxy-2': '10.80.1.22',
};
const inventory: Inventory = new Map(
  Object.entries(addresses).map(([host, address]) => [
    host,
    present({ privateAddress: address, state: 'running' } as Instance),
  ]),
);

const captured = (name: string) => ({
  exit: 0,
  stdout: readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8'),
  stderr: '',
  truncated: false,
});
const seenOvs = ovs.read(captured('ovs-proxy-1.txt'), {});
const seenLinks = links.read(captured('links-proxy-1.txt'), {});

/** The findings of proxy-1, from facts that were captured on a host in order and then changed. */
function findingsWith(
  change: {
    readonly ovs?: Observation<Ovs>;
    readonly links?: typeof seenLinks;
    readonly bootFiles?: readonly string[];
    readonly unknownHost?: string;
    readonly containers?: Observation<Containers>;
    readonly sources?: readonly string[];
    /** Open vSwitch of the hosts at the other ends. */
    readonly peers?: Observation<Ovs>;
  } = {},
): readonly Finding[] {
  const known = new Map([...inventory].filter(([name]) => name !== change.unknownHost));
  const item = mesh.items(fleet as NonNullable<typeof fleet>, known).find((one) => one.subject === 'mesh/proxy-1');
  if (!item) throw new Error('no item for proxy-1');
  const [desired] = desiredMesh(fleet as NonNullable<typeof fleet>, inventory).filter(
    (one) => one.subject === item.subject,
  );
  const others = (change.bootFiles ?? []).map((path) => ({ path, mode: '644', owner: 'root', sha256: '' }));
  const files = present([
    ...bootFiles(desired?.ports ?? []).map((file) => ({
      path: file.path,
      mode: file.mode.slice(1),
      owner: 'root',
      sha256: digest(file.content),
    })),
    ...others,
  ]);
  const units = present([
    { unit: 'ec2-redis-mesh.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
  ]);
  const answers: Readonly<Record<string, Observation<unknown>>> = {
    ovs: change.ovs ?? seenOvs,
    links: change.links ?? seenLinks,
    files,
    units,
    ...(change.containers ? { containers: change.containers } : {}),
  };
  const serving = { files: [], serves: true, process: { loaded: new Map(), sources: change.sources ?? [] } };
  const ofPeer: typeof answers = { links: present([]), files: present([]), keepalived: present({}) };
  const all: typeof answers = { ...answers, haproxy: present(serving), keepalived: present({}) };
  const answer = (request: FactRequest) => {
    if (request.fact === 'ovs' && request.host !== 'proxy-1' && change.peers) return change.peers;
    return ('host' in request && request.host === 'proxy-2' ? ofPeer : all)[request.fact];
  };
  return item.diff(((request: FactRequest) => answer(request) ?? unknown(factKey(request))) as FactLookup);
}

function withPort(name: string, change: (port: OvsPort) => readonly OvsPort[]): Observation<Ovs> {
  return withPorts((port) => (port.name === name ? change(port) : [port]));
}

function withPorts(change: (port: OvsPort) => readonly OvsPort[]): Observation<Ovs> {
  return withBridges((bridge) => ({ ...bridge, ports: bridge.ports.flatMap(change) }));
}

function withBridge(change: Partial<OvsBridge>): Observation<Ovs> {
  return withBridges((bridge) => (bridge.name === 'br-mesh' ? { ...bridge, ...change } : bridge));
}

function withBridges(change: (bridge: OvsBridge) => OvsBridge): Observation<Ovs> {
  if (seenOvs.state !== 'present') throw new Error('the capture cannot be read');
  return present({ bridges: seenOvs.value.bridges.map(change) });
}

function withPortElsewhere(name: string): Observation<Ovs> {
  if (seenOvs.state !== 'present') throw new Error('the capture cannot be read');
  const bridges = seenOvs.value.bridges.map((one) => ({
    ...one,
    ports: one.ports.filter((port) => port.name !== name),
  }));
  const ports = seenOvs.value.bridges.flatMap((one) => one.ports.filter((port) => port.name === name));
  const other: OvsBridge = { name: 'br-other', datapathType: 'netdev', datapathId: '1', marks: {}, ports };
  return present({ bridges: [...bridges, other] });
}

/** A host whose end of the tunnel has this key. */
function peersWith(key: string): Observation<Ovs> {
  const blank = { tag: undefined, protected: true, marks: {}, ofport: 1, error: '', mtuRequest: undefined };
  const port: OvsPort = { ...blank, name: 'gre-proxy-1', type: 'gre', options: { key } };
  return present({ bridges: [{ name: 'br-mesh', datapathType: 'netdev', datapathId: '1', marks: {}, ports: [port] }] });
}

/** A host whose bridge of this Cluster has this name. */
function bridgesNamed(name: string): Observation<Ovs> {
  const marks = { 'ec2-redis-operator/cluster': 'quickstart' };
  return present({ bridges: [{ name, datapathType: 'netdev', datapathId: '1', marks, ports: [] }] });
}

/** The bridge of this Cluster has a former name and a port that differs, and a foreign one has the declared name. */
function withForeignBridge(name: string): Observation<Ovs> {
  const seen = withPort('tn101', (port) => [{ ...port, tag: 102 }]);
  if (seen.state !== 'present') throw new Error('the capture cannot be read');
  const former = seen.value.bridges.map((one) => (one.name === name ? { ...one, name: 'br-old' } : one));
  return present({ bridges: [...former, { name, datapathType: 'netdev', datapathId: '1', marks: {}, ports: [] }] });
}

/** The same key in all tunnels. */
const withKeys = (options: Readonly<Record<string, string>>) =>
  withPorts((port) => {
    const remote = { remote_ip: port.options['remote_ip'] ?? '' };
    return [port.type === 'gre' ? { ...port, options: { ...remote, ...options } } : port];
  });

function withoutLink(name: string): typeof seenLinks {
  if (seenLinks.state !== 'present') throw new Error('the capture cannot be read');
  return present(seenLinks.value.filter((link) => link.name !== name));
}

function withLink(name: string, change: Partial<Link>): typeof seenLinks {
  if (seenLinks.state !== 'present') throw new Error('the capture cannot be read');
  return present(seenLinks.value.map((link) => (link.name === name ? { ...link, ...change } : link)));
}

const summary = (found: readonly Finding[]) =>
  found.map(({ subject, reason, field, have, remedy }) => `${subject} ${reason} ${field}: ${have} (${how(remedy)})`);

function how(remedy: Remedy): string {
  if (remedy.by !== 'waiting') return remedy.by;
  return remedy.dependsOn === undefined ? remedy.cause : `depends on ${remedy.dependsOn}`;
}

describe('mesh', () => {
  it('reports nothing for a host in order', () => {
    expect(findingsWith()).to.deep.equal([]);
  });

  const tunnels = ['redis-1', 'redis-2', 'redis-3'];
  const cases: readonly (readonly [string, Parameters<typeof findingsWith>[0], readonly string[]])[] = [
    [
      'a deleted tunnel',
      { ovs: withPort('gre-redis-1', () => []) },
      ['mesh/proxy-1>redis-1 PortMissing Port gre-redis-1: absent (action)'],
    ],
    [
      'a lost split horizon',
      { ovs: withPort('gre-redis-1', (port) => [{ ...port, protected: false }]) },
      ['mesh/proxy-1>redis-1 PortDiffers Port gre-redis-1 protected: false (action)'],
    ],
    [
      'a wrong key',
      { ovs: withPort('gre-redis-2', (port) => [{ ...port, options: { ...port.options, key: '7' } }]) },
      ['mesh/proxy-1>redis-2 PortDiffers Port gre-redis-2 options:key: 7 (action)'],
    ],
    [
      'a tenant port in the wrong VLAN',
      { ovs: withPort('tn101', (port) => [{ ...port, tag: 102 }]) },
      ['mesh/proxy-1:acme PortDiffers Port tn101 tag: 102 (action)'],
    ],
    [
      'a foreign port with our name',
      { ovs: withPort('tn101', (port) => [{ ...port, marks: {} }]) },
      ['mesh/proxy-1:acme ForeignOwner Port tn101 owner: none (manual)'],
    ],
    [
      'a port that vswitchd could not set up',
      { ovs: withPort('gre-redis-3', (port) => [{ ...port, ofport: -1, error: 'File exists' }]) },
      ['mesh/proxy-1>redis-3 PortSetupFailed Port gre-redis-3 error: File exists (manual)'],
    ],
    [
      'a port that vswitchd could not set up, without an error',
      { ovs: withPort('gre-redis-3', (port) => [{ ...port, ofport: -1 }]) },
      ['mesh/proxy-1>redis-3 PortSetupFailed Port gre-redis-3 ofport: -1 (manual)'],
    ],
    [
      'a port that vswitchd has not set up yet',
      { ovs: withPort('gre-redis-3', (port) => [{ ...port, ofport: undefined }]) },
      ['mesh/proxy-1>redis-3 PortPending Port gre-redis-3 ofport: none (settling)'],
    ],
    [
      'a tunnel whose other end EC2 does not report',
      { unknownHost: 'redis-3' },
      ['mesh/proxy-1>redis-3 PeerAddressUnknown Port gre-redis-3: peer address unknown (depends on instance/redis-3)'],
    ],
    [
      'a port on another bridge',
      { ovs: withPortElsewhere('gre-redis-3') },
      ['mesh/proxy-1>redis-3 PortOnOtherBridge Port gre-redis-3: on br-other (manual)'],
    ],
    [
      'a port whose device does not exist yet',
      { links: withoutLink('tn101') },
      ['mesh/proxy-1:acme LinkMissing tn101 device: absent (settling)'],
    ],
    [
      'a foreign bridge with our name',
      { ovs: withBridge({ marks: {} }) },
      ['mesh/proxy-1 ForeignOwner Bridge br-mesh owner: none (manual)'],
    ],
    [
      'a tenant port that was not set up, but not its missing device',
      {
        ovs: withPort('tn101', (port) => [{ ...port, ofport: -1 }]),
        links: withoutLink('tn101'),
      },
      ['mesh/proxy-1:acme PortSetupFailed Port tn101 ofport: -1 (manual)'],
    ],
    [
      'nothing in a foreign port',
      { ovs: withPort('gre-redis-3', (port) => [port, { ...port, name: 'theirs', marks: {} }]) },
      [],
    ],
    [
      'a managed port that is not declared',
      { ovs: withPort('tn101', (port) => [port, { ...port, name: 'tn999' }]) },
      ['mesh/proxy-1 Unmanaged Port tn999: present (info)'],
    ],
    [
      'a wrong key of one end as before, where the other end has the declared one',
      {
        ovs: withPort('gre-redis-2', (port) => [{ ...port, options: { ...port.options, key: '7' } }]),
        peers: peersWith('4711'),
      },
      ['mesh/proxy-1>redis-2 PortDiffers Port gre-redis-2 options:key: 7 (action)'],
    ],
    ['nothing where only the other end has a wrong key', { peers: peersWith('7') }, []],
    [
      'a key that was changed in the documents',
      { ovs: withKeys({ key: '7' }), peers: peersWith('7') },
      tunnels.map((peer) => `mesh/proxy-1>${peer} GreKeyDiffers Port gre-${peer} options:key: 7 (action)`),
    ],
    [
      'a key that was changed in the documents, while the other ends could not be observed',
      { ovs: withKeys({ key: '7' }), peers: unknown('no answer') },
      tunnels.map(
        (peer) => `mesh/proxy-1>${peer} GreKeyDiffers Port gre-${peer} options:key: 7 (depends on mesh/${peer})`,
      ),
    ],
    [
      'a key that waits for the other end to accept it',
      { ovs: withKeys({ in_key: 'flow', out_key: '7' }), peers: peersWith('7') },
      tunnels.map(
        (peer) =>
          `mesh/proxy-1>${peer} GreKeyDiffers Port gre-${peer} options:key: 7, accepts any (depends on mesh/${peer}>proxy-1)`,
      ),
    ],
    [
      'the userspace datapath where members run on that of the kernel',
      { ovs: withBridge({ datapathType: 'system' }) },
      ['mesh/proxy-1 DatapathTypeDiffers Bridge br-mesh datapath_type: system (manual)'],
    ],
    [
      'a datapath that could not be opened, while another one is declared',
      { ovs: withBridge({ datapathType: 'system', datapathId: '' }) },
      ['mesh/proxy-1 DatapathTypeDiffers Bridge br-mesh datapath_type: system (action)'],
    ],
    [
      'a datapath that could not be opened',
      { ovs: withBridge({ datapathId: '' }) },
      ['mesh/proxy-1 DatapathNotOpened Bridge br-mesh datapath_id: none (manual)'],
    ],
    [
      'a bridge that was renamed in the documents',
      { ovs: withBridge({ name: 'br-old' }), peers: bridgesNamed('br-mesh') },
      ['mesh/proxy-1 BridgeRenamed Bridge br-mesh: br-old (action)'],
    ],
    [
      'a bridge that is renamed on the other proxy first, which does not have the virtual IP',
      { ovs: withBridge({ name: 'br-old' }), peers: bridgesNamed('br-old') },
      ['mesh/proxy-1 BridgeRenamed Bridge br-mesh: br-old (depends on mesh/proxy-2)'],
    ],
    [
      'a bridge that is not renamed while the other proxy is unknown',
      { ovs: withBridge({ name: 'br-old' }), peers: unknown('no answer') },
      ['mesh/proxy-1 BridgeRenamed Bridge br-mesh: br-old (depends on mesh/proxy-2)'],
    ],
    [
      'a foreign bridge with the new name, and what is wrong on the former one',
      { ovs: withForeignBridge('br-mesh') },
      [
        'mesh/proxy-1 ForeignOwner Bridge br-mesh owner: none (manual)',
        'mesh/proxy-1:acme PortDiffers Port tn101 tag: 102 (action)',
      ],
    ],
    [
      'an unknown Open vSwitch',
      { ovs: unknown('no answer') },
      ['mesh/proxy-1 NotObserved Open vSwitch: unknown (unknown)'],
    ],
    [
      'an Open vSwitch that is not installed',
      { ovs: absent },
      ['mesh/proxy-1 PackagesMissing Open vSwitch: not installed (depends on host/proxy-1@system)'],
    ],
    [
      'unknown devices',
      { links: unknown('no answer') },
      [
        'mesh/proxy-1@underlay NotObserved mtu of the device with 10.80.1.21: unknown (unknown)',
        'mesh/proxy-1:acme NotObserved tn101 device: unknown (unknown)',
        'mesh/proxy-1:globex NotObserved tn102 device: unknown (unknown)',
      ],
    ],
    [
      'ports that are down and have no address after a reboot',
      {
        links:
          seenLinks.state === 'present'
            ? present(
                seenLinks.value.map((link) =>
                  link.name.startsWith('tn') ? { ...link, up: false, addresses: [] } : link,
                ),
              )
            : seenLinks,
      },
      ['acme', 'globex'].flatMap((tenant, index) => [
        `mesh/proxy-1:${tenant} LinkDown tn10${index + 1} state: down (action)`,
        `mesh/proxy-1:${tenant} LinkAddressDiffers tn10${index + 1} address: none (action)`,
      ]),
    ],
    [
      'an underlay device with a smaller MTU than declared',
      { links: withLink('br-phy', { mtu: 1500 }) },
      ['mesh/proxy-1@underlay UnderlayMtuTooSmall mtu of br-phy: 1500 (manual)'],
    ],
    ['nothing in a small MTU of another device', { links: withLink('lo', { mtu: 1500 }) }, []],
    [
      'the earlier address beside the new one',
      { links: withLink('tn101', { addresses: ['10.101.0.9/24', '10.101.0.1/24'] }) },
      ['mesh/proxy-1:acme LinkAddressDiffers tn101 address: 10.101.0.1/24, 10.101.0.9/24 (action)'],
    ],
    [
      'nothing in the addresses of a foreign device with our name',
      {
        ovs: withPort('tn101', (port) => [{ ...port, marks: {} }]),
        links: withLink('tn101', { addresses: ['10.101.0.9/24'] }),
      },
      ['mesh/proxy-1:acme ForeignOwner Port tn101 owner: none (manual)'],
    ],
  ];
  for (const [name, change, findings] of cases)
    it(`reports ${name}`, () => expect(summary(findingsWith(change))).to.deep.equal(findings));

  it('requests boot files, units and the containers only on proxies', () => {
    const factsOf = (host: string) =>
      mesh
        .items(fleet, inventory)
        .find((one) => one.subject === `mesh/${host}`)
        ?.requests.map((request) => request.fact);
    const ofPair = ['haproxy', 'ovs', 'keepalived', 'keepalived', 'links', 'files'];
    const containers = Array(3).fill('containers');
    const ofAll = (peers: number) => [...Array(1 + peers).fill('ovs'), 'links', 'path-mtu'];
    expect(factsOf('proxy-1')).to.deep.equal([...ofAll(3), 'files', 'units', ...ofPair, ...containers]);
    expect(factsOf('redis-1')).to.deep.equal(ofAll(4));
  });

  it('closes the connections of an address that goes, and removes it before the other is added, which would go with it', () => {
    const [found] = findingsWith({ links: withLink('tn101', { addresses: ['10.101.0.1/24', '10.101.0.9/24'] }) });
    if (found?.remedy.by !== 'action') throw new Error('no action');
    const script = reveal(hostOperations['link-up'].script(found.remedy.actions[0] as never));
    expect(script.trim().split('\n')).to.deep.equal([
      "ss -K -n -t src '10.101.0.9' >/dev/null 2>&1 || :",
      "ip address del '10.101.0.9/24' dev 'tn101' 2>/dev/null || :",
      "ip link set dev 'tn101' mtu '8955' up",
      "ip address replace '10.101.0.1/24' dev 'tn101'",
    ]);
  });

  it('sets one key to send, and lets a port accept any', () => {
    const [found] = findingsWith({ ovs: withKeys({ key: '7' }), peers: peersWith('7') });
    if (found?.remedy.by !== 'action') throw new Error('no action');
    const script = reveal(hostOperations['ovs-transaction'].script(found.remedy.actions[0] as never));
    expect(script).to.contain(`'options={remote_ip="10.80.1.11",in_key="flow",out_key="7"}'`);
    expect(found.impacts).to.deep.equal([]);
  });

  it('renames a bridge by one step that disrupts its tenants, after whatever is wrong on the former one', () => {
    const ovs = withPort('tn101', (port) => [{ ...port, tag: 102 }]);
    if (ovs.state !== 'present') throw new Error('the capture cannot be read');
    const bridges = ovs.value.bridges.map((one) => (one.name === 'br-mesh' ? { ...one, name: 'br-old' } : one));
    const found = findingsWith({ ovs: present({ bridges }), peers: bridgesNamed('br-mesh') });
    const remedies = found.map(({ remedy }) => (remedy.by === 'action' ? remedy : undefined));
    expect(remedies.map((one) => one?.disrupts)).to.deep.equal([[], ['acme', 'globex']]);
    const [repair, move] = remedies.flatMap((one) => one?.actions ?? []);
    expect(repair).to.deep.include({ operation: 'ovs-transaction' });
    expect(JSON.stringify(repair)).to.contain('br-old').and.not.contain('br-mesh');
    const marks = { 'ec2-redis-operator/cluster': 'quickstart' };
    expect(move).to.deep.equal({
      operation: 'ovs-bridge',
      host: 'proxy-1',
      from: 'br-old',
      bridge: 'br-mesh',
      datapath: 'netdev',
      marks,
    });
  });

  it('fixes a whole host in one OVSDB transaction, which sets the split horizon as it adds the port', () => {
    const found = findingsWith({ ovs: present({ bridges: [] }) }).filter((finding) => finding.remedy.by === 'action');
    const actions = new Set(
      found
        .flatMap((finding) => (finding.remedy.by === 'action' ? finding.remedy.actions : []))
        .map((action) => JSON.stringify(action)),
    );
    expect([...actions]).to.have.length(1);
    const action = JSON.parse([...actions][0] ?? '{}');
    const script = reveal(hostOperations['ovs-transaction'].script(action));
    expect(script.match(/ovs-vsctl/g)).to.have.length(1);
    expect(script).to.contain("'add-port' 'br-mesh' 'gre-redis-1' '--' 'set' 'Interface' 'gre-redis-1' 'type=gre'");
    expect(script).to.contain("'set' 'Port' 'gre-redis-1' 'protected=true'");
  });
});

describe('mesh: a second port of a tenant', () => {
  const inVlan = (vlan: number): Observation<Containers> => {
    const mark = { cluster: 'quickstart', tenant: 'acme', member: 'r1', vlan, address: '10.101.0.11' };
    return present({ containers: [{ name: 'acme-r1', mark }] } as unknown as Containers);
  };
  const found = (containers: Observation<Containers>, own?: 'own port absent') =>
    findingsWith({
      ovs: withPort('tn101', (port) => [...(own ? [] : [port]), { ...port, name: 'tn151', tag: 151 }]),
      containers,
    });

  it('in a VLAN that no member is in is dropped, after its boot file', () => {
    const [one, ...others] = found(inVlan(101));
    expect(others).to.deep.equal([]);
    expect(one).to.include({ subject: 'mesh/proxy-1:acme', reason: 'PortStale', field: 'Port tn151' });
    const actions = one?.remedy.by === 'action' ? one.remedy.actions : [];
    expect(actions).to.deep.equal([
      { operation: 'remove-files', host: 'proxy-1', paths: ['/etc/ec2-redis-operator/mesh/tn151.port'] },
      {
        operation: 'ovs-transaction',
        host: 'proxy-1',
        operations: [{ op: 'drop-port', bridge: 'br-mesh', port: 'tn151' }],
      },
    ]);
  });

  it('is dropped in the same transaction that adds the declared one', () => {
    const actions = found(inVlan(101), 'own port absent').flatMap(({ remedy }) =>
      remedy.by === 'action' ? remedy.actions : [],
    );
    const transactions = actions.flatMap((one) => (one.operation === 'ovs-transaction' ? [one.operations] : []));
    expect(new Set(transactions.map((one) => one.map(({ op }) => op).join()))).to.deep.equal(
      new Set(['internal,drop-port']),
    );
  });

  it('is left alone while a member is in its VLAN, and while a Redis host is unknown', () => {
    for (const containers of [inVlan(151), unknown('no answer')])
      expect(found(containers).map(({ reason, remedy }) => [reason, remedy.by])).to.deep.equal([['Unmanaged', 'info']]);
  });
});

describe('mesh: what prune removes', () => {
  const cluster = { 'ec2-redis-operator/cluster': 'quickstart' };
  const withOther = (port: OvsPort, change: Partial<OvsPort>) =>
    withPort('tn101', (own) => [own, { ...port, ...change }]);
  const of = (name: string, change: Partial<OvsPort>) => {
    const [port] =
      seenOvs.state === 'present'
        ? (seenOvs.value.bridges
            .find(({ name: bridge }) => bridge === 'br-mesh')
            ?.ports.filter((one) => one.name === 'tn101') ?? [])
        : [];
    if (!port) throw new Error('no tn101');
    return findingsWith({ ovs: withOther(port, { name, ...change }) }).map(pruneOf);
  };
  const pruneOf = ({ remedy }: Finding) => {
    const prune = remedy.by === 'info' ? remedy.prune : undefined;
    return prune && 'actions' in prune
      ? `${prune.of}: ${prune.actions.map(({ operation }) => operation).join()}`
      : undefined;
  };
  const tenant = (name: string) => ({ marks: { ...cluster, 'ec2-redis-operator/tenant': name } });

  it('the port of a Tenant that is not declared, after its boot file', () =>
    expect(of('tn109', tenant('gone'))).to.deep.equal(['tenant gone: remove-files,ovs-transaction']));
  it('not the port of a Tenant that is declared', () => expect(of('tn109', tenant('acme'))).to.deep.equal([undefined]));
  it('not a tunnel to a removed host', () =>
    expect(of('gre-redis-9', { type: 'gre', marks: cluster })).to.deep.equal([undefined]));
  it('a boot file without its port', () =>
    expect(findingsWith({ bootFiles: ['/etc/ec2-redis-operator/mesh/tn109.port'] }).map(pruneOf)).to.deep.equal([
      'port tn109: remove-files',
    ]));
  it('no other file', () =>
    expect(findingsWith({ bootFiles: ['/etc/ec2-redis-operator/mesh/notes'] })).to.deep.equal([]));
});
