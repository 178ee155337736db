import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadDocuments } from '../../../crds/load.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import type { Instance, Inventory } from '../../../reconcilers/inventory.ts';
import { bootFiles } from '../../../reconcilers/mesh/boot.ts';
import { desiredMesh } from '../../../reconcilers/mesh/desired.ts';
import { mesh } from '../../../reconcilers/mesh/mesh.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import { type Ask, keyOf } from '../../../reconcilers/questions/index.ts';
import { type Link, links } from '../../../reconcilers/questions/links.ts';
import { type Ovs, type OvsBridge, type OvsPort, ovs } from '../../../reconcilers/questions/ovs.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { verbs } from '../../../reconcilers/verbs/index.ts';
import { digest, reveal } from '../../../renderers/text.ts';
import { quickstart } from '../../crds/quickstart.ts';

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

/** The drift of proxy-1, as captured from a host in order and then changed. */
function driftWith(
  change: { readonly ovs?: Observation<Ovs>; readonly links?: typeof seenLinks; readonly lie?: readonly string[] } = {},
): readonly Drift[] {
  const item = mesh.items(fleet as NonNullable<typeof fleet>, inventory).find((one) => one.subject === 'mesh/proxy-1');
  if (!item) throw new Error('no item for proxy-1');
  const [desired] = desiredMesh(fleet as NonNullable<typeof fleet>, inventory).filter(
    (one) => one.subject === item.subject,
  );
  const lie = (change.lie ?? []).map((path) => ({ path, mode: '644', owner: 'root', sha256: '' }));
  const files = present([
    ...bootFiles(desired?.ports ?? []).map((file) => ({
      path: file.path,
      mode: file.mode.slice(1),
      owner: 'root',
      sha256: digest(file.content),
    })),
    ...lie,
  ]);
  const units = present([
    { unit: 'ec2-redis-mesh.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
  ]);
  const answers: Readonly<Record<string, Observation<unknown>>> = {
    ovs: change.ovs ?? seenOvs,
    links: change.links ?? seenLinks,
    files,
    units,
  };
  return item.diff(((ask: Ask) => answers[ask.what] ?? unknown(keyOf(ask))) as Seen);
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

function withLink(name: string, change: Partial<Link>): typeof seenLinks {
  if (seenLinks.state !== 'present') throw new Error('the capture cannot be read');
  return present(seenLinks.value.map((link) => (link.name === name ? { ...link, ...change } : link)));
}

const short = (found: readonly Drift[]) =>
  found.map(({ subject, field, have, remedy }) => `${subject} ${field}: ${have} (${remedy.by})`);

describe('mesh', () => {
  it('says nothing of a host in order', () => {
    expect(driftWith()).to.deep.equal([]);
  });

  const cases: readonly (readonly [string, Parameters<typeof driftWith>[0], readonly string[]])[] = [
    [
      'a tunnel deleted',
      { ovs: withPort('gre-redis-1', () => []) },
      ['mesh/proxy-1>redis-1 Port gre-redis-1: not there (action)'],
    ],
    [
      'split horizon lost',
      { ovs: withPort('gre-redis-1', (port) => [{ ...port, protected: false }]) },
      ['mesh/proxy-1>redis-1 Port gre-redis-1 protected: false (action)'],
    ],
    [
      'a wrong key',
      { ovs: withPort('gre-redis-2', (port) => [{ ...port, options: { ...port.options, key: '7' } }]) },
      ['mesh/proxy-1>redis-2 Port gre-redis-2 options:key: 7 (action)'],
    ],
    [
      "a tenant's port in the wrong VLAN",
      { ovs: withPort('tn101', (port) => [{ ...port, tag: 102 }]) },
      ['mesh/proxy-1:acme Port tn101 tag: 102 (action)'],
    ],
    [
      'a port of our name that is not ours',
      { ovs: withPort('tn101', (port) => [{ ...port, marks: {} }]) },
      ['mesh/proxy-1:acme Port tn101 owner: nobody we know (operator)'],
    ],
    [
      'a port that vswitchd could not realise',
      { ovs: withPort('gre-redis-3', (port) => [{ ...port, ofport: -1, error: 'File exists' }]) },
      ['mesh/proxy-1>redis-3 Port gre-redis-3 error: File exists (operator)'],
    ],
    [
      'a port that vswitchd could not realise and says nothing of',
      { ovs: withPort('gre-redis-3', (port) => [{ ...port, ofport: -1 }]) },
      ['mesh/proxy-1>redis-3 Port gre-redis-3 ofport: -1 (operator)'],
    ],
    [
      "a tenant's port that was not realised, whose device it does not ask for",
      {
        ovs: withPort('tn101', (port) => [{ ...port, ofport: -1 }]),
        links:
          seenLinks.state === 'present' ? present(seenLinks.value.filter((one) => one.name !== 'tn101')) : seenLinks,
      },
      ['mesh/proxy-1:acme Port tn101 ofport: -1 (operator)'],
    ],
    ['a foreign port', { ovs: withPort('gre-redis-3', (port) => [port, { ...port, name: 'theirs', marks: {} }]) }, []],
    [
      'a port of ours that nobody declares',
      { ovs: withPort('tn101', (port) => [port, { ...port, name: 'tn999' }]) },
      ['mesh/proxy-1 Port tn999: there, and ours (notice)'],
    ],
    [
      'a key that was changed in the documents only',
      {
        ovs: withPorts((port) => {
          if (port.name === 'gre-redis-3') return [];
          return [port.type === 'gre' ? { ...port, options: { ...port.options, key: '7' } } : port];
        }),
      },
      [
        'mesh/proxy-1>redis-1 Port gre-redis-1 options:key: 7 (operator)',
        'mesh/proxy-1>redis-2 Port gre-redis-2 options:key: 7 (operator)',
        'mesh/proxy-1>redis-3 Port gre-redis-3: not there (operator)',
      ],
    ],
    [
      'a datapath that was changed in the documents only',
      { ovs: withBridge({ datapathType: 'system' }) },
      ['mesh/proxy-1 Bridge br-mesh datapath_type: system (operator)'],
    ],
    [
      'a datapath that could not be opened, and another that is declared',
      { ovs: withBridge({ datapathType: 'system', datapathId: '' }) },
      ['mesh/proxy-1 Bridge br-mesh datapath_type: system (action)'],
    ],
    [
      'a datapath that could not be opened',
      { ovs: withBridge({ datapathId: '' }) },
      ['mesh/proxy-1 Bridge br-mesh datapath_id: none (operator)'],
    ],
    [
      'a bridge that was renamed in the documents only',
      { ovs: withBridge({ name: 'br-old' }) },
      ['mesh/proxy-1 Bridge br-mesh: br-old is there instead (operator)'],
    ],
    ['Open vSwitch not seen', { ovs: unknown('no answer') }, ['mesh/proxy-1 Open vSwitch: could not be seen (blind)']],
    ['Open vSwitch not installed', { ovs: absent }, ['mesh/proxy-1 Open vSwitch: not installed (waiting)']],
    [
      'links not seen',
      { links: unknown('no answer') },
      [
        'mesh/proxy-1@underlay mtu of the device with 10.80.1.21: could not be seen (blind)',
        'mesh/proxy-1:acme tn101 device: could not be seen (blind)',
        'mesh/proxy-1:globex tn102 device: could not be seen (blind)',
      ],
    ],
    [
      'ports down and bare after a reboot',
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
        `mesh/proxy-1:${tenant} tn10${index + 1} state: down (action)`,
        `mesh/proxy-1:${tenant} tn10${index + 1} address: none (action)`,
      ]),
    ],
    [
      'a device under the mesh that passes on less than declared',
      { links: withLink('br-phy', { mtu: 1500 }) },
      ['mesh/proxy-1@underlay mtu of br-phy: 1500 (operator)'],
    ],
    ['nothing in a small MTU where the tunnels do not run', { links: withLink('lo', { mtu: 1500 }) }, []],
    [
      'the address that was declared before beside the new one',
      { links: withLink('tn101', { addresses: ['10.101.0.9/24', '10.101.0.1/24'] }) },
      ['mesh/proxy-1:acme tn101 address: 10.101.0.1/24, 10.101.0.9/24 (action)'],
    ],
    [
      "nothing in the addresses of a device of our name that is another's",
      {
        ovs: withPort('tn101', (port) => [{ ...port, marks: {} }]),
        links: withLink('tn101', { addresses: ['10.101.0.9/24'] }),
      },
      ['mesh/proxy-1:acme Port tn101 owner: nobody we know (operator)'],
    ],
  ];
  for (const [name, change, findings] of cases)
    it(`sees ${name}`, () => expect(short(driftWith(change))).to.deep.equal(findings));

  it('asks what is set up for the boot only where there is something to set up', () => {
    const asksOf = (host: string) =>
      mesh
        .items(fleet, inventory)
        .find((one) => one.subject === `mesh/${host}`)
        ?.asks.map((ask) => ask.what);
    expect(asksOf('proxy-1')).to.deep.equal(['ovs', 'links', 'files', 'units']);
    expect(asksOf('redis-1')).to.deep.equal(['ovs', 'links']);
  });

  it('takes the old address off before it adds the new one, which would else go with it', () => {
    const [found] = driftWith({ links: withLink('tn101', { addresses: ['10.101.0.9/24'] }) });
    if (found?.remedy.by !== 'action') throw new Error('no action');
    expect(found.remedy.disrupts).to.deep.equal(['acme']);
    const script = reveal(verbs['link-up'].script(found.remedy.actions[0] as never));
    expect(script.trim().split('\n')).to.deep.equal([
      "ip address del '10.101.0.9/24' dev 'tn101' 2>/dev/null || :",
      "ip link set dev 'tn101' mtu '8955' up",
      "ip address replace '10.101.0.1/24' dev 'tn101'",
    ]);
  });

  it('mends a whole host in one OVSDB transaction, with split horizon set in the transaction that adds the port', () => {
    const found = driftWith({ ovs: present({ bridges: [] }) }).filter((drift) => drift.remedy.by === 'action');
    const actions = new Set(
      found
        .flatMap((drift) => (drift.remedy.by === 'action' ? drift.remedy.actions : []))
        .map((action) => JSON.stringify(action)),
    );
    expect([...actions]).to.have.length(1);
    const action = JSON.parse([...actions][0] ?? '{}');
    const script = reveal(verbs['ovs-transaction'].script(action));
    expect(script.match(/ovs-vsctl/g)).to.have.length(1);
    expect(script).to.contain("'add-port' 'br-mesh' 'gre-redis-1' '--' 'set' 'Interface' 'gre-redis-1' 'type=gre'");
    expect(script).to.contain("'set' 'Port' 'gre-redis-1' 'protected=true'");
  });
});

describe('mesh: what prune is to remove', () => {
  const cluster = { 'ec2-redis-operator/cluster': 'quickstart' };
  const stray = (port: OvsPort, change: Partial<OvsPort>) => withPort('tn101', (own) => [own, { ...port, ...change }]);
  const of = (name: string, change: Partial<OvsPort>) => {
    const [port] =
      seenOvs.state === 'present'
        ? (seenOvs.value.bridges
            .find(({ name: bridge }) => bridge === 'br-mesh')
            ?.ports.filter((one) => one.name === 'tn101') ?? [])
        : [];
    if (!port) throw new Error('no tn101');
    return driftWith({ ovs: stray(port, { name, ...change }) }).map(pruneOf);
  };
  const pruneOf = ({ remedy }: Drift) => {
    const prune = remedy.by === 'notice' ? remedy.prune : undefined;
    return prune && 'actions' in prune ? `${prune.of}: ${prune.actions.map(({ verb }) => verb).join()}` : undefined;
  };
  const tenant = (name: string) => ({ marks: { ...cluster, 'ec2-redis-operator/tenant': name } });

  it('the port of a Tenant that is not declared, the port last', () =>
    expect(of('tn109', tenant('gone'))).to.deep.equal(['tenant gone: remove-files,ovs-transaction']));
  it('not that of a Tenant that is declared elsewhere', () =>
    expect(of('tn109', tenant('acme'))).to.deep.equal([undefined]));
  it('not a tunnel to a host that left', () =>
    expect(of('gre-redis-9', { type: 'gre', marks: cluster })).to.deep.equal([undefined]));
  it('a boot file without its port', () =>
    expect(driftWith({ lie: ['/etc/ec2-redis-operator/mesh/tn109.port'] }).map(pruneOf)).to.deep.equal([
      'port tn109: remove-files',
    ]));
  it('not what else lies there', () =>
    expect(driftWith({ lie: ['/etc/ec2-redis-operator/mesh/notes'] })).to.deep.equal([]));
});
