import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectFinding, observe } from '../support/findings.ts';
import { type Lab, must, until } from '../support/lab.ts';
import { differences, hosts, type Snapshot, snapshotOf } from '../support/snapshot.ts';
import { vipHolders } from '../support/tenants.ts';

/** `drift` on a fleet with differences changes nothing that every host, Redis, Sentinel and EC2 show. */
export function readOnlySuite(lab: () => Lab): void {
  let folder: string;
  let intact: Snapshot;
  let broken: Snapshot;
  /** The proxy that has the virtual address keeps serving, and the other one is frozen. */
  let [serving, standby] = ['proxy-1', 'proxy-2'];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drift-'));
    if ((await vipHolders(lab())).owners.includes(standby)) [serving, standby] = [standby, serving];
    intact = await snapshotOf(lab());
    const redis = `REDISCLI_AUTH='${lab().passwords.globex}' lxc-attach -n globex-r2 -- redis-cli`;
    await must(lab().host(standby, 'ovs-vsctl del-port gre-redis-3'));
    await must(lab().host(serving, 'echo "# edited" >>/etc/ec2-redis-operator/haproxy/tenant-acme.cfg'));
    await must(lab().host('redis-2', `${redis} -h 10.102.0.12 config set min-replicas-max-lag 77`));
    await must(lab().host('redis-3', 'lxc-stop -k -n acme-r3'));
    broken = await settled(lab(), hosts);
  });

  after(() => rmSync(folder, { recursive: true }));

  it('the snapshot shows each of these changes', () => {
    const changed = differences(intact, broken);
    for (const change of [
      /^proxy-\d open vswitch: - name +: gre-redis-3/,
      /^proxy-\d files: \+ \w{64} .*tenant-acme\.cfg/,
      /^redis-2 globex-r2: \+ min-replicas-max-lag 77/,
      /^redis-2 globex-r2: \+ cmdstat_config\|set:calls=/,
      /^redis-3 processes: - .*\[lxc monitor\].* acme-r3/,
      /^redis-3 containers: \+ acme-r3 +STOPPED/,
    ])
      expect(
        changed.some((line) => change.test(line)),
        String(change),
      ).to.equal(true);
  });

  it('in any format, and it reports the differences', async () => {
    const { code, out } = await unchanged(lab(), broken, hosts, () => drift(lab(), folder));
    expect(code, out).to.equal(1);
    for (const words of ['gre-redis-3', 'tenant-acme.cfg', 'min-replicas-max-lag', 'container/acme-r3'])
      expect(out).to.contain(words);
    expect(readdirSync(folder).sort()).to.deep.equal(['drift.json', 'drift.md', 'drift.xml']);
    const { code: jsonCode, findings } = await unchanged(lab(), broken, hosts, () => observe(lab(), 'drift'));
    expect(jsonCode).to.equal(1);
    const field = /tenant-acme\.cfg$/;
    for (const one of [
      { subject: `mesh/${standby}>redis-3`, reason: 'PortMissing' },
      { subject: `haproxy/${serving}`, reason: 'FileDiffers', field },
      { subject: 'redis/globex-r2', reason: 'SettingDiffers', field: 'min-replicas-max-lag', have: '77' },
      { subject: 'container/acme-r3', reason: 'NotRunning', have: 'STOPPED' },
    ] as const)
      expectFinding(findings, one);
  });

  it('with a host that hangs: exit code 3', async () => {
    const others = hosts.filter((host) => host !== standby);
    await must(lab().command('fault', 'freeze', '--name', lab().name, standby));
    try {
      const before = await settled(lab(), others);
      const { code, out } = await unchanged(lab(), before, others, () => drift(lab(), folder));
      expect(code, out).to.equal(3);
      expect(out).to.match(/^quickstart: something is unknown: it could not be observed: .* Observed 4 of 5 hosts at /);
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

/**
 * What `act` returns, which must change nothing. On a busy machine the VIP may move by itself meanwhile, which keepalived's own record of its
 * state shows: then `act` is tried again on the settled fleet.
 */
async function unchanged<T>(
  lab: Lab,
  before: Snapshot,
  running: readonly string[],
  act: () => Promise<T>,
  attempts = 3,
): Promise<T> {
  const result = await act();
  const changed = differences(before, await snapshotOf(lab, running));
  const vipMoved = changed.some((line) => /^proxy-\d files: \+ \w{64} .*\/vrrp\/front$/.test(line));
  if (vipMoved && attempts > 1) return unchanged(lab, await settled(lab, running), running, act, attempts - 1);
  expect(changed).to.deep.equal([]);
  return result;
}

/** After faults a fleet changes for a while. It has settled when two snapshots are the same. */
async function settled(lab: Lab, running: readonly string[]): Promise<Snapshot> {
  let before = await snapshotOf(lab, running);
  const again = async () => {
    const now = await snapshotOf(lab, running);
    const changed = differences(before, now);
    before = now;
    return changed;
  };
  await until('the fleet to settle', again, ({ length }) => !length, 240);
  return before;
}
