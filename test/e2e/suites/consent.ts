import { expect } from 'chai';
import { editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { type Lab, must } from '../support/lab.ts';
import { figure, heal, hostOf, redisCli } from '../support/tenants.ts';

/** What would take data or writes from the tenant's clients: apply says it in numbers, and does it only if it is accepted. */
export function consentSuite(lab: () => Lab): void {
  it('maxmemory below what is used: no key is lost and no write refused until it is accepted, and the rest is done', async function () {
    this.timeout(600_000);
    const declared = 'maxmemory: 128Mi';
    const policy = 'maxmemory-policy: noeviction';
    const evicting = "maxmemory-policy: allkeys-lru\n      tcp-keepalive: '120'";
    const keys = async () => Number(await redisCli(lab(), 'globex', 'DBSIZE'));
    const apply = (...words: readonly string[]) => lab().reconcile('apply', '-f', lab().documents, ...words);
    const memory = "for i = 1, 200 do redis.call('SET', 'filler' .. i, string.rep('x', 100000)) end return 'filled'";
    expect(await redisCli(lab(), 'globex', 'EVAL', memory, '0')).to.equal('filled');
    const before = await keys();
    try {
      editTenant(lab(), 'globex', declared, 'maxmemory: 8Mi');
      const refusing = await apply();
      expect(refusing.code, refusing.out).to.equal(2);
      expect(refusing.out).to.match(/Redis refuses writes: 2\d Mi are used, 1\d Mi more than maxmemory, and nothing/);
      expect(refusing.out).to.contain('apply --accept writes=globex');
      expect(await redisCli(lab(), 'globex', 'SET', 'judged', 'yes')).to.equal('OK');

      editTenant(lab(), 'globex', policy, evicting);
      const planned = await observe(lab());
      expect(planned.code).to.equal(1);
      for (const { remedy } of planned.findings.filter(({ field }) => field.startsWith('maxmemory')))
        expect(remedy).to.deep.include({ by: 'manual', needsConsent: [{ kind: 'evict', tenant: 'globex' }] });
      const refused = await apply('--accept', 'writes=globex,evict=acme');
      expect(refused.code, refused.out).to.equal(2);
      const [words = '', lost, all] = /Redis evicts about (\d+) of (\d+) keys/.exec(refused.out) ?? [];
      expect([Number(all), await keys()], refused.out).to.deep.equal([before + 1, before + 1]);
      expect(await redisCli(lab(), 'globex', 'CONFIG', 'GET', 'tcp-keepalive')).to.contain('120');
      for (const member of ['r1', 'r2', 'r3']) {
        const conf = `/var/lib/ec2-redis-operator/members/globex-${member}/conf/redis.conf`;
        const { out } = await must(lab().host(hostOf(member), `grep -E '^(maxmemory|tcp-keepalive)' ${conf}`));
        expect(out).to.contain('maxmemory 128mb\n').and.contain('tcp-keepalive 120\n').and.not.contain('lru');
      }

      const accepted = await apply('--accept', 'evict=globex');
      expect(accepted.code, accepted.out).to.equal(0);
      const left = await keys();
      figure(`${words}; ${before + 1 - left} were, once it was accepted`);
      expect(before + 1 - left).to.be.within(Number(lost) * 0.8, Number(lost) * 1.2);
    } finally {
      await redisCli(lab(), 'globex', 'FLUSHALL');
      editTenant(lab(), 'globex', 'maxmemory: 8Mi', declared);
      editTenant(lab(), 'globex', evicting, policy);
    }
    await heal(lab());
  });
}
