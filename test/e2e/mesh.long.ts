import { expect } from 'chai';
import { editCluster } from './support/account.ts';
import { underClients } from './support/clients.ts';
import { bootLab, hosts, type Lab, must, until } from './support/lab.ts';
import { heal } from './support/tenants.ts';

/** Changes of the mesh under two tenants whose clients write through the VIP. */
describe('a mesh that changes while it carries tenants', function () {
  this.timeout(900_000);
  let lab: Lab;

  before(async () => {
    lab = await bootLab('test-mesh', 'lxc');
    await heal(lab);
  });
  after(() => lab?.down());

  const underWriters = async (what: string, act: () => Promise<unknown>) =>
    expect((await underClients(lab, what, act)).longestGapMs).to.be.below(10_000);
  const apply = () => must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '4m'));
  const options = async (host: string) =>
    (await lab.host(host, 'ovs-vsctl --bare --columns=options find Interface type=gre')).out;
  /** Every tunnel has this key, and accepts no other. */
  const expectKey = async (key: number) => {
    for (const host of hosts) {
      const lines = (await options(host)).split('\n').filter(Boolean);
      expect(lines.filter((line) => !line.startsWith(`key=${key} `))).to.deep.equal([]);
      expect(lines.length).to.equal(host.startsWith('redis') ? 4 : 3);
    }
  };

  it('nothing changes, for comparison', () => underWriters('nothing', apply));

  it('another GRE key', async () => {
    editCluster(lab, 'greKey: 4711', 'greKey: 4712');
    await underWriters('another GRE key', apply);
    await expectKey(4712);
    await heal(lab);
  });

  it('a third key; the operator ends on the way, and the former key is declared again', async () => {
    await underWriters('a third key, and back half-way', async () => {
      editCluster(lab, 'greKey: 4712', 'greKey: 4713');
      const run = lab.begin('apply', '-f', lab.documents);
      const onTheWay = (seen: string) => seen.includes('in_key=flow');
      await until('a tunnel that accepts any key', () => options('redis-2'), onTheWay, 50);
      await run.end();
      editCluster(lab, 'greKey: 4713', 'greKey: 4712');
      await apply();
    });
    await expectKey(4712);
    await heal(lab);
  });

  const bridges = async (host: string) => (await lab.host(host, 'ovs-vsctl list-br')).out.trim().split('\n');
  const started = async () => {
    const script = 'for name in $(lxc-ls --running); do lxc-info -n $name -pH; done';
    return Promise.all(
      hosts.filter((host) => host.startsWith('redis')).map(async (host) => (await lab.host(host, script)).out),
    );
  };
  const rename = (from: string, to: string) => editCluster(lab, new RegExp(`bridge: ${from}\\b`), `bridge: ${to}`);

  it('another name of the bridge, and no container is restarted', async () => {
    const before = await started();
    rename('br-mesh', 'br-other');
    await underWriters('another bridge', apply);
    for (const host of hosts) expect(await bridges(host)).to.deep.equal(['br-other', 'br-phy']);
    expect(await started()).to.deep.equal(before);
    await heal(lab);
  });

  it('a third name; the operator ends on the way, and the former name is declared again', async () => {
    await underWriters('a third bridge, and back half-way', async () => {
      rename('br-other', 'br-third');
      const run = lab.begin('apply', '-f', lab.documents);
      const moved = async () => (await Promise.all(hosts.map(bridges))).flat();
      await until('a bridge with the third name', moved, (names) => names.includes('br-third'));
      await run.end();
      rename('br-third', 'br-mesh');
      await apply();
    });
    for (const host of hosts) expect(await bridges(host)).to.deep.equal(['br-mesh', 'br-phy']);
    await heal(lab);
  });

  it('the datapath of the kernel, whose module the hosts cannot load: nothing is changed', async () => {
    editCluster(lab, 'datapath: netdev', 'datapath: system');
    await underWriters('a datapath that the hosts do not have', async () => {
      const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20s');
      expect(code, out).to.equal(2);
      expect(out).to.contain('(0 steps done').and.contain('Module openvswitch not found');
    });
    for (const host of hosts)
      expect((await lab.host(host, 'ovs-vsctl get Bridge br-mesh datapath_type')).out.trim()).to.equal('netdev');
    editCluster(lab, 'datapath: system', 'datapath: netdev');
    await heal(lab);
  });
});
