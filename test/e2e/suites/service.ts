import { expect } from 'chai';
import { editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { sessionsOf } from '../support/haproxy.ts';
import { judged } from '../support/judge.ts';
import { beginLeaking, type Client, type Lab, type LeakReport, until } from '../support/lab.ts';
import { heal, ports, proxies, redisCli, view } from '../support/tenants.ts';

/** What the clients of a tenant get is what get, plan and apply say of it. A client that shares no code with them is the judge. */
export function serviceSuite(lab: () => Lab): void {
  judged(lab);
  it('while it serves, a write of a client is accepted, and Ready is True', async () => {
    for (const tenant of ['acme', 'globex'] as const) {
      expect(await redisCli(lab(), tenant, 'SET', 'judged', 'yes')).to.equal('OK');
      expect((await view(lab(), tenant)).ready).to.equal('True');
    }
  });

  it('a client that leaks connections: the tenant is at its limit, its healthy sessions live on, and the other tenant has its own', async function () {
    this.timeout(600_000);
    const limited = 'port: 6379\n    maxConnections: 28';
    let leaking: Client<LeakReport> | undefined;
    let sessions: LeakReport | undefined;
    try {
      // What HAProxy lets in, and what the platform needs, are together what Redis allows.
      editTenant(lab(), 'acme', 'maxmemory-policy: noeviction', "maxmemory-policy: noeviction\n      maxclients: '60'");
      editTenant(lab(), 'acme', 'port: 6379', limited);
      await heal(lab());
      // The check of the last plan, whose connection may outlive it for a moment.
      const open = () => Promise.all(Object.keys(proxies).map((host) => sessionsOf(lab(), host, 'acme')));
      await until('no session', open, (counts) => counts.every((count) => count === '0'));
      leaking = await beginLeaking(lab(), ports.acme, lab().passwords.acme, 80);
      const full = await view(lab(), 'acme');
      expect(full).to.include({ ready: 'False', reason: 'ConnectionLimit' });
      expect(await redisCli(lab(), 'acme', 'PING')).not.to.equal('PONG');
      expect(await redisCli(lab(), 'globex', 'SET', 'judged', 'yes')).to.equal('OK');
      // The limit is one of clients: Redis itself, HAProxy's checks and Sentinel are as before.
      const planned = await observe(lab());
      const findings = planned.findings.filter(({ remedy }) => remedy.by !== 'info');
      expect(findings.map(({ subject }) => subject)).to.deep.equal(['service/acme']);
    } finally {
      sessions = await leaking?.stop();
      editTenant(lab(), 'acme', limited, 'port: 6379');
      editTenant(lab(), 'acme', "\n      maxclients: '60'", '');
    }
    expect(sessions).to.deep.equal({ admitted: 28, cut: 0 });
    await heal(lab());
  });
}
