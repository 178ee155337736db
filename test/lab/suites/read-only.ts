import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Lab, must, until } from '../support/lab.ts';
import { differences, hosts, type Snapshot, snapshotOf } from '../support/snapshot.ts';
import { vipHolders } from '../support/tenants.ts';

/** A fleet that has drifted, and is looked at: by what every host, Redis, Sentinel and EC2 show of themselves, nothing changes. */
export function readOnlySuite(lab: () => Lab): void {
  let folder: string;
  let intact: Snapshot;
  let broken: Snapshot;
  /** The proxy that has the virtual address is left to serve, and the other one made to hang. */
  let [serving, standby] = ['proxy-1', 'proxy-2'];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drift-'));
    if ((await vipHolders(lab())).owners.includes(standby)) [serving, standby] = [standby, serving];
    intact = await snapshotOf(lab());
    const redis = `REDISCLI_AUTH='${lab().passwords.globex}' lxc-attach -n globex-r2 -- redis-cli`;
    await must(lab().host(standby, 'ovs-vsctl del-port gre-redis-3'));
    await must(lab().host(serving, 'echo "# by hand" >>/etc/ec2-redis-operator/haproxy/tenant-acme.cfg'));
    await must(lab().host('redis-2', `${redis} -h 10.102.0.12 config set min-replicas-max-lag 77`));
    await must(lab().host('redis-3', 'lxc-stop -k -n acme-r3'));
    broken = await settled(lab(), hosts);
  });

  after(() => rmSync(folder, { recursive: true }));

  it('by a snapshot that sees every one of these changes', () => {
    const seen = differences(intact, broken);
    for (const change of [
      /^proxy-\d open vswitch: - name +: gre-redis-3/,
      /^proxy-\d files: \+ \w{64} .*tenant-acme\.cfg/,
      /^redis-2 globex-r2: \+ min-replicas-max-lag 77/,
      /^redis-2 globex-r2: \+ cmdstat_config\|set:calls=/,
      /^redis-3 processes: - .*\[lxc monitor\].* acme-r3/,
      /^redis-3 containers: \+ acme-r3 +STOPPED/,
    ])
      expect(
        seen.some((line) => change.test(line)),
        String(change),
      ).to.equal(true);
  });

  it('in any format, and what was broken is seen', async () => {
    const { code, out } = await drift(lab(), folder);
    expect(code, out).to.equal(1);
    for (const words of ['gre-redis-3', 'tenant-acme.cfg', 'min-replicas-max-lag', 'container/acme-r3'])
      expect(out).to.contain(words);
    expect(readdirSync(folder).sort()).to.deep.equal(['drift.json', 'drift.md', 'drift.xml']);
    expect((await lab().reconcile('drift', '-f', lab().documents, '-o', 'json')).code).to.equal(1);
    expect(differences(broken, await snapshotOf(lab()))).to.deep.equal([]);
  });

  it('with a host that hangs, which is an exit code of its own', async () => {
    const others = hosts.filter((host) => host !== standby);
    await must(lab().command('fault', 'freeze', '--name', lab().name, standby));
    try {
      const before = await settled(lab(), others);
      const { code, out } = await drift(lab(), folder);
      expect(code, out).to.equal(3);
      expect(out).to.match(/^quickstart: something could not be seen: .* Looked at 4 of 5 hosts at /);
      expect(differences(before, await snapshotOf(lab(), others))).to.deep.equal([]);
    } finally {
      await must(lab().command('fault', 'thaw', '--name', lab().name, standby));
    }
  });
}

function drift(lab: Lab, folder: string) {
  const files = ['json=drift.json', 'junit=drift.xml', 'markdown=drift.md'].flatMap((one) => [
    '-o',
    one.replace('=', `=${folder}/`),
  ]);
  return lab.reconcile('drift', '-f', lab.documents, '-o', 'text', ...files);
}

/** A world that was just broken reacts for a while. It has settled when it looks the same twice, with nobody at work in between. */
async function settled(lab: Lab, running: readonly string[]): Promise<Snapshot> {
  let before = await snapshotOf(lab, running);
  const again = async () => {
    const now = await snapshotOf(lab, running);
    const changed = differences(before, now);
    before = now;
    return changed;
  };
  await until('the fleet to settle', again, ({ length }) => !length, 120);
  return before;
}
