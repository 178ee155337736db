import { expect } from 'chai';
import { expectFinding, observe } from '../support/findings.ts';
import { runtime, statOf } from '../support/haproxy.ts';
import { beginLeaking, type Client, type Lab, type LeakReport, must, until } from '../support/lab.ts';
import { figure, heal, ports, proxies, view, vipHolders } from '../support/tenants.ts';

const both = Object.keys(proxies);

/** Connections through HAProxy when its checks fail without a fault of the member, and when others use its stats socket. */
export function connectionSuite(lab: () => Lab): void {
  it('Redis is at maxclients, and refuses the checks too: no healthy session is closed', async function () {
    this.timeout(600_000);
    const { master } = await view(lab(), 'acme');
    let sessions: Client<LeakReport> | undefined;
    let report: LeakReport | undefined;
    try {
      sessions = await beginLeaking(lab(), ports.acme, lab().passwords.acme, 30);
      // More than the platform needs, fewer than the sessions.
      expect(await setMaxclients(lab(), 20)).to.equal('OK');
      await Promise.all(both.map((host) => severalRefused(lab(), host, master)));
    } finally {
      report = await sessions?.stop();
      await until(
        'room for one more',
        () => setMaxclients(lab(), 10_000),
        (reply) => reply === 'OK',
      );
    }
    expect(report).to.deep.equal({ admitted: 30, cut: 0 });
    await heal(lab());
  });

  if (process.env['LONG'])
    it('500 new connections a second for two minutes: each is answered, no check fails, and no session is closed', async function () {
      this.timeout(400_000);
      // The client's own: it closes first, and keeps the port for a minute too.
      await must(lab().run(['sysctl', '-w', 'net.ipv4.ip_local_port_range=1024 65535']));
      const { master } = await view(lab(), 'acme');
      const words = ['test/e2e/support/churn.mjs', '10.80.1.100', String(ports.acme), '500', '120'];
      const { out } = await must(lab().run([process.execPath, ...words], `${lab().passwords.acme}\n`));
      figure(`500 new connections a second for two minutes: ${out.trim()}`);
      expect(JSON.parse(out)).to.include({ opened: 60_000, failed: 0, cut: 0 });
      for (const host of both) {
        const row = await statOf(lab(), host, `member.acme.${master}`, master);
        expect(row[17], host).to.equal('UP');
      }
    });

  it("more sessions on HAProxy's stats socket than it allows, on both proxies: the address stays, and HAProxy runs on", async function () {
    this.timeout(600_000);
    const before = await vipHolders(lab());
    const pids = () => Promise.all(both.map((host) => must(lab().host(host, `cat ${runtime}/haproxy.pid`))));
    const processes = (await pids()).map(({ out }) => out);
    try {
      await Promise.all(both.map((host) => must(lab().host(host, occupy))));
      const planned = await observe(lab());
      for (const host of both)
        expectFinding(planned.findings, { subject: `haproxy/${host}`, reason: 'StatsSocketSilent', by: 'manual' });
      const states = both.map((host) => must(lab().host(host, 'cat /run/ec2-redis-operator/vrrp/front')));
      const words = (await Promise.all(states)).map(({ out }) => out.split(' ')[0]);
      expect(words.sort()).to.deep.equal(['BACKUP', 'MASTER']);
      expect(await vipHolders(lab())).to.deep.equal(before);
    } finally {
      await Promise.all(both.map((host) => lab().host(host, 'kill "$(cat /run/occupied)"')));
    }
    await heal(lab());
    expect((await pids()).map(({ out }) => out)).to.deep.equal(processes);
  });
}

/** Awaits that checks of the master are refused for longer than it takes to find a member dead. */
async function severalRefused(lab: Lab, host: string, master: string): Promise<void> {
  await until(
    'a check that is refused',
    () => statOf(lab, host, `member.acme.${master}`, master),
    (row) => row[36] === 'L7OKC',
  );
  const verdicts = async () => Number((await statOf(lab, host, 'votes.acme', 'BACKEND'))[7]);
  const before = await verdicts();
  await until('further verdicts', verdicts, (now) => now > before + 60);
}

/** Interactive sessions, which stay open. */
const occupy = `perl -MIO::Socket::UNIX -e 'for (1 .. 110) {
  my $session = IO::Socket::UNIX->new(Peer => "${runtime}/admin.sock") or die;
  $session->syswrite("prompt\\nset timeout cli 600\\n");
  push @sessions, $session;
}
sleep 120' </dev/null >/dev/null 2>&1 &
echo $! >/run/occupied`;

async function setMaxclients(lab: Lab, value: number): Promise<string> {
  const client = [process.execPath, 'test/e2e/support/client.mjs', '10.80.1.100', String(ports.acme)];
  const words = ['CONFIG', 'SET', 'maxclients', String(value)];
  return (await lab.run(['timeout', '5', ...client, ...words], lab.passwords.acme)).out.trim();
}
